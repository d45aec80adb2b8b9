SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.archived_items (
    id bigint NOT NULL,
    cycle_id bigint NOT NULL,
    batch_id bigint NOT NULL,
    item character varying(22) NOT NULL,
    receiver character varying(22) NOT NULL,
    payee character varying(22),
    amount_minor bigint NOT NULL,
    fee_minor bigint,
    debited_minor bigint,
    debited_currency character varying,
    state character varying(20) NOT NULL,
    newest integer NOT NULL,
    CONSTRAINT ck_archived_items_state CHECK ((((state)::text = 'unsent'::text) OR ((state)::text = 'pending'::text) OR ((state)::text = 'success'::text) OR ((state)::text = 'failed'::text) OR ((state)::text = 'unclaimed'::text) OR ((state)::text = 'returned'::text) OR ((state)::text = 'onhold'::text) OR ((state)::text = 'blocked'::text) OR ((state)::text = 'refunded'::text) OR ((state)::text = 'reversed'::text) OR ((state)::text = 'denied'::text) OR ((state)::text = 'canceled'::text) OR ((state)::text = 'abandoned'::text) OR ((state)::text = 'closed'::text) OR ((state)::text = 'unrecognized'::text)))
);
CREATE SEQUENCE public.archived_items_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.archived_items_id_seq OWNED BY public.archived_items.id;
CREATE TABLE public.archives (
    cycle_id bigint NOT NULL,
    file character varying NOT NULL,
    sha256 character varying NOT NULL,
    archived_at timestamp with time zone NOT NULL,
    items integer NOT NULL,
    payments integer NOT NULL,
    forgot_receivers integer NOT NULL,
    hashed_with character varying(22) NOT NULL,
    seal character varying NOT NULL
);
CREATE TABLE public.audit_events (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    cycle_id bigint,
    batch_id bigint,
    item_id character varying,
    actor character varying NOT NULL,
    action character varying NOT NULL,
    from_state character varying,
    to_state character varying,
    reason character varying,
    evidence character varying NOT NULL,
    seal character varying
);
CREATE SEQUENCE public.audit_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.audit_events_id_seq OWNED BY public.audit_events.id;
CREATE TABLE public.batch_seals (
    batch_id bigint NOT NULL,
    rows_digest character varying NOT NULL,
    contents character varying NOT NULL,
    progress character varying NOT NULL
);
CREATE TABLE public.cycles (
    id bigint NOT NULL,
    name character varying NOT NULL,
    created_at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.cycles_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.cycles_id_seq OWNED BY public.cycles.id;
CREATE TABLE public.item_counts (
    batch_id bigint NOT NULL,
    state character varying(20) NOT NULL,
    number integer NOT NULL,
    newest integer NOT NULL,
    conflicts integer DEFAULT 0 NOT NULL,
    open_conflicts integer DEFAULT 0 NOT NULL,
    CONSTRAINT ck_item_counts_state CHECK ((((state)::text = 'unsent'::text) OR ((state)::text = 'pending'::text) OR ((state)::text = 'success'::text) OR ((state)::text = 'failed'::text) OR ((state)::text = 'unclaimed'::text) OR ((state)::text = 'returned'::text) OR ((state)::text = 'onhold'::text) OR ((state)::text = 'blocked'::text) OR ((state)::text = 'refunded'::text) OR ((state)::text = 'reversed'::text) OR ((state)::text = 'denied'::text) OR ((state)::text = 'canceled'::text) OR ((state)::text = 'abandoned'::text) OR ((state)::text = 'closed'::text) OR ((state)::text = 'unrecognized'::text)))
);
CREATE TABLE public.payout_batches (
    id bigint NOT NULL,
    batch character varying NOT NULL,
    cycle_id bigint NOT NULL,
    sequence integer NOT NULL,
    attempt integer NOT NULL,
    sender_batch_id character varying NOT NULL,
    paypal_batch_id character varying,
    status character varying(20) NOT NULL,
    currency character varying NOT NULL,
    item_count integer NOT NULL,
    amount_minor bigint NOT NULL,
    fees_minor bigint,
    checksum character varying NOT NULL,
    created_at timestamp with time zone NOT NULL,
    first_sent_at timestamp with time zone,
    last_sent_at timestamp with time zone,
    completed_at timestamp with time zone,
    paypal_word character varying,
    retry_count integer NOT NULL,
    last_retry_at timestamp with time zone,
    last_retry_error character varying,
    request bytea NOT NULL,
    source character varying,
    copy_allowed integer DEFAULT 0 NOT NULL,
    named_batch_id character varying,
    last_read_at timestamp with time zone,
    denied_through integer,
    refusal_send integer,
    refusal_code character varying,
    refusal_message character varying,
    refusal_class character varying(20),
    CONSTRAINT ck_payout_batches_amount_minor CHECK ((amount_minor > 0)),
    CONSTRAINT ck_payout_batches_item_count CHECK (((item_count >= 1) AND (item_count <= 15000))),
    CONSTRAINT ck_payout_batches_refusal_class CHECK ((((refusal_class)::text = 'transient'::text) OR ((refusal_class)::text = 'rate_limited'::text) OR ((refusal_class)::text = 'auth'::text) OR ((refusal_class)::text = 'funds'::text) OR ((refusal_class)::text = 'sender'::text) OR ((refusal_class)::text = 'invalid_request'::text) OR ((refusal_class)::text = 'payee'::text) OR ((refusal_class)::text = 'duplicate'::text) OR ((refusal_class)::text = 'unknown'::text))),
    CONSTRAINT ck_payout_batches_status CHECK ((((status)::text = 'planned'::text) OR ((status)::text = 'in_flight'::text) OR ((status)::text = 'accepted'::text) OR ((status)::text = 'done'::text) OR ((status)::text = 'denied'::text) OR ((status)::text = 'canceled'::text) OR ((status)::text = 'refused'::text) OR ((status)::text = 'review'::text) OR ((status)::text = 'abandoned'::text)))
);
CREATE SEQUENCE public.payout_batches_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.payout_batches_id_seq OWNED BY public.payout_batches.id;
CREATE TABLE public.payout_items (
    id bigint NOT NULL,
    cycle_id bigint NOT NULL,
    batch_id bigint NOT NULL,
    item_id character varying(63) NOT NULL COLLATE pg_catalog."C",
    receiver character varying NOT NULL,
    recipient_type character varying NOT NULL,
    amount_minor bigint NOT NULL,
    currency character varying NOT NULL,
    note character varying,
    purpose character varying,
    recipient_wallet character varying,
    language character varying,
    state character varying(20) NOT NULL,
    raw_state character varying,
    fee_minor bigint,
    paypal_item_id character varying,
    transaction_id character varying,
    error_code character varying,
    error_message character varying,
    error_class character varying(20),
    live integer NOT NULL,
    newest integer NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    line integer,
    payee_id character varying,
    conflict character varying,
    acknowledged integer DEFAULT 0 NOT NULL,
    activity_id character varying,
    time_processed character varying,
    debited_minor bigint,
    debited_currency character varying,
    exchange_rate character varying,
    CONSTRAINT ck_payout_items_amount_minor CHECK ((amount_minor > 0)),
    CONSTRAINT ck_payout_items_error_class CHECK ((((error_class)::text = 'transient'::text) OR ((error_class)::text = 'rate_limited'::text) OR ((error_class)::text = 'auth'::text) OR ((error_class)::text = 'funds'::text) OR ((error_class)::text = 'sender'::text) OR ((error_class)::text = 'invalid_request'::text) OR ((error_class)::text = 'payee'::text) OR ((error_class)::text = 'duplicate'::text) OR ((error_class)::text = 'unknown'::text))),
    CONSTRAINT ck_payout_items_live CHECK ((live = ANY (ARRAY[0, 1]))),
    CONSTRAINT ck_payout_items_newest CHECK ((newest = ANY (ARRAY[0, 1]))),
    CONSTRAINT ck_payout_items_recipient_type CHECK ((((recipient_type)::text = 'EMAIL'::text) OR ((recipient_type)::text = 'PHONE'::text) OR ((recipient_type)::text = 'PAYPAL_ID'::text) OR ((recipient_type)::text = 'USER_HANDLE'::text))),
    CONSTRAINT ck_payout_items_state CHECK ((((state)::text = 'unsent'::text) OR ((state)::text = 'pending'::text) OR ((state)::text = 'success'::text) OR ((state)::text = 'failed'::text) OR ((state)::text = 'unclaimed'::text) OR ((state)::text = 'returned'::text) OR ((state)::text = 'onhold'::text) OR ((state)::text = 'blocked'::text) OR ((state)::text = 'refunded'::text) OR ((state)::text = 'reversed'::text) OR ((state)::text = 'denied'::text) OR ((state)::text = 'canceled'::text) OR ((state)::text = 'abandoned'::text) OR ((state)::text = 'closed'::text) OR ((state)::text = 'unrecognized'::text)))
)
WITH (fillfactor='40');
CREATE SEQUENCE public.payout_items_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.payout_items_id_seq OWNED BY public.payout_items.id;
CREATE TABLE public.processing_locks (
    key character varying NOT NULL,
    holder character varying,
    host character varying,
    pid integer,
    command character varying,
    directory_id character varying,
    fence bigint NOT NULL,
    writes bigint NOT NULL,
    acquired_at timestamp with time zone,
    expires_at timestamp with time zone
);
CREATE TABLE public.retry_attempts (
    id bigint NOT NULL,
    batch_id bigint NOT NULL,
    number integer NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    outcome character varying(20),
    error_code character varying,
    error_message character varying,
    error_class character varying(20),
    http_status integer,
    debug_id character varying,
    delay_s double precision,
    operator character varying NOT NULL,
    policy character varying NOT NULL,
    CONSTRAINT ck_retry_attempts_error_class CHECK ((((error_class)::text = 'transient'::text) OR ((error_class)::text = 'rate_limited'::text) OR ((error_class)::text = 'auth'::text) OR ((error_class)::text = 'funds'::text) OR ((error_class)::text = 'sender'::text) OR ((error_class)::text = 'invalid_request'::text) OR ((error_class)::text = 'payee'::text) OR ((error_class)::text = 'duplicate'::text) OR ((error_class)::text = 'unknown'::text))),
    CONSTRAINT ck_retry_attempts_outcome CHECK ((((outcome)::text = 'accepted'::text) OR ((outcome)::text = 'duplicate'::text) OR ((outcome)::text = 'refused'::text) OR ((outcome)::text = 'unknown'::text) OR ((outcome)::text = 'not_sent'::text)))
);
CREATE SEQUENCE public.retry_attempts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.retry_attempts_id_seq OWNED BY public.retry_attempts.id;
CREATE TABLE public.settings (
    key character varying NOT NULL,
    value character varying NOT NULL
);
ALTER TABLE ONLY public.archived_items ALTER COLUMN id SET DEFAULT nextval('public.archived_items_id_seq'::regclass);
ALTER TABLE ONLY public.audit_events ALTER COLUMN id SET DEFAULT nextval('public.audit_events_id_seq'::regclass);
ALTER TABLE ONLY public.cycles ALTER COLUMN id SET DEFAULT nextval('public.cycles_id_seq'::regclass);
ALTER TABLE ONLY public.payout_batches ALTER COLUMN id SET DEFAULT nextval('public.payout_batches_id_seq'::regclass);
ALTER TABLE ONLY public.payout_items ALTER COLUMN id SET DEFAULT nextval('public.payout_items_id_seq'::regclass);
ALTER TABLE ONLY public.retry_attempts ALTER COLUMN id SET DEFAULT nextval('public.retry_attempts_id_seq'::regclass);
INSERT INTO public.alembic_version VALUES ('0009');
INSERT INTO public.archived_items VALUES (1, 1, 1, 'DX4m9p2dwBS83wkDMWjZfQ', '0EzC27umkHgjr8ChGfnaxA', NULL, 500, NULL, NULL, NULL, 'abandoned', 1);
INSERT INTO public.archives VALUES (1, 'old.jsonl.gz', '5bfd2ae6babd28e3e795b6c64af1b6a6b928a039cc8d891eafe5b3de6b433d2f', '2026-11-05 12:00:00.123456+00', 1, 1, 0, 'rRn+Q15HnRfIn/KSEwvakw', '9517c6704780e338550f1dca8970e67dd8e13235667c57027e1b623c42923dad');
INSERT INTO public.audit_events VALUES (1, '2026-07-08 12:00:00.123456+00', 1, 1, NULL, 'tester', 'intent', NULL, 'planned', NULL, '{"checksum": "f899418f1506e1e426359f52dfe430b03d402874c73815b2d808a30804010ef1", "items": 1}', '4ad35c90c68b4c9b1889c4d0718432206b3353c57efedfff952d9535ee1d507e');
INSERT INTO public.audit_events VALUES (2, '2026-07-08 12:00:01.123456+00', 1, 1, NULL, 'tester', 'abandon', 'planned', 'abandoned', 'looked in the activity list', '{"last_error": null, "open_sends": 0}', '4fd16cce45605802bf05471478293054d4b67cef0cbf375ff0028bc03e93c16d');
INSERT INTO public.audit_events VALUES (3, '2026-11-05 12:00:00.123456+00', 1, NULL, NULL, 'tester', 'archive', NULL, NULL, NULL, '{"file": "old.jsonl.gz", "items": 1, "payments": 1, "sha256": "5bfd2ae6babd28e3e795b6c64af1b6a6b928a039cc8d891eafe5b3de6b433d2f"}', '200a790f9db395ee0bd09eac8ee3b0727cea1672685ad219951ff7b4dac48c2e');
INSERT INTO public.audit_events VALUES (4, '2026-11-05 12:00:00.123456+00', 2, 2, NULL, 'tester', 'intent', NULL, 'planned', NULL, '{"checksum": "0c4df5467ff9818e064bcf149b530d2bf19cf85981fb35889b16f2f9170ccb20", "items": 2}', 'c3ac75d579ee494f587dfb48eb2fea4ccbc0afd7fb6ea5b581833aef5e230fdc');
INSERT INTO public.audit_events VALUES (5, '2026-11-05 12:00:00.123456+00', 2, 2, NULL, 'tester', 'permit', 'planned', 'in_flight', NULL, '{"policy": "retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25", "send": 1}', '37dd173be7a706e60a6f6f7dbc2d575cd6999739d197e3e6f9b3b55db96abe7d');
INSERT INTO public.audit_events VALUES (6, '2026-11-05 12:00:00.123456+00', 2, 2, NULL, 'paypal', 'accept', 'in_flight', 'accepted', NULL, '{"outcome": "accepted", "paypal_batch_id": "HKJAYV7LUQ1HR", "send": 1}', '21d9f87bc65d8655d9243ede6261c177f6a3766694d4b180832ba00a92fc2ff3');
INSERT INTO public.audit_events VALUES (7, '2026-11-05 12:00:00.123456+00', 2, 2, NULL, 'paypal', 'items_read', NULL, NULL, NULL, '{"items": {"failed": 1, "success": 1}}', '8aa27d2c885828c78f38ab6c7feb18ae57f9bdc5cd417dd9ebcf8a3b7d7148e3');
INSERT INTO public.audit_events VALUES (8, '2026-11-05 12:00:00.123456+00', 2, 2, NULL, 'paypal', 'finish', 'accepted', 'done', NULL, '{"items_ended": 0, "word": "SUCCESS"}', 'c9f74fe24a43c3b0c69f8923fff266ab2eb02f8058912fd6fc466edf2c673bfd');
INSERT INTO public.audit_events VALUES (9, '2026-11-05 13:00:00.123456+00', 2, 3, NULL, 'tester', 'intent', NULL, 'planned', NULL, '{"checksum": "77351253fbc536b9d56e40efffca7afbf3e4deba2e331f9a67e18149036d3117", "items": 1}', '2afbb603557eff2211f572c970faf4451ed8e731fca3a152d203112b6d0a0e91');
INSERT INTO public.audit_events VALUES (10, '2026-11-05 13:00:00.123456+00', 2, 4, NULL, 'tester', 'intent', NULL, 'planned', NULL, '{"checksum": "6307ef8b4e0c91ff9c02b09cf3253f133c012b1f88b55deff040c98c3ae54d25", "items": 1}', '4d0fbb74efc35bbb0b14e5948b44850c3f974352a154414800547e55fba96624');
INSERT INTO public.audit_events VALUES (11, '2026-11-05 13:00:00.123456+00', 2, 3, NULL, 'tester', 'permit', 'planned', 'in_flight', NULL, '{"policy": "retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25", "send": 1}', '37cd8df07e2ba562a0bef22fb6d577ffcbf9bf8b779c81825e5bf83e025b3e78');
INSERT INTO public.audit_events VALUES (12, '2026-11-05 13:00:00.123456+00', 2, 3, NULL, 'paypal', 'send_unknown', 'in_flight', 'in_flight', 'CONNECTION_LOST: the connection broke, or what came over it was not HTTP', '{"outcome": "unknown", "send": 1}', '2ba3a9a8bbf860f06765fd44a6fad183fef9f10b7f7d5267154ee9bffe7a619b');
INSERT INTO public.audit_events VALUES (13, '2026-11-05 13:00:05.123456+00', 2, 3, NULL, 'tester', 'permit', 'in_flight', 'in_flight', NULL, '{"policy": "retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25", "send": 2}', 'd24b46cf6a2984041a8770c40396a32026bf1fe319793b51fc067f46ed29bd1d');
INSERT INTO public.audit_events VALUES (14, '2026-11-05 13:00:05.123456+00', 2, 3, NULL, 'paypal', 'send_unknown', 'in_flight', 'in_flight', 'CONNECTION_LOST: the connection broke, or what came over it was not HTTP', '{"outcome": "unknown", "send": 2}', 'f07e058986f35a1223852eb853b4c9ec30c589b606b3f8070b66bf0817037edd');
INSERT INTO public.audit_events VALUES (15, '2026-11-05 13:00:15.123456+00', 2, 3, NULL, 'tester', 'permit', 'in_flight', 'in_flight', NULL, '{"policy": "retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25", "send": 3}', 'ad42e808e88c7c2484543dc358fd3f3fa48a1477c40334e9ae5f240d34c405c3');
INSERT INTO public.audit_events VALUES (16, '2026-11-05 13:00:15.123456+00', 2, 3, NULL, 'paypal', 'send_unknown', 'in_flight', 'in_flight', 'CONNECTION_LOST: the connection broke, or what came over it was not HTTP', '{"outcome": "unknown", "send": 3}', '4df0c87afff5739a3f23ece1d78779443620ce316c874f6d90effd41757ef38e');
INSERT INTO public.audit_events VALUES (17, '2026-11-05 13:00:35.123456+00', 2, 3, NULL, 'tester', 'permit', 'in_flight', 'in_flight', NULL, '{"policy": "retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25", "send": 4}', '31d6c02fe1de419cdce83331437fc772990bb80cf3c59f8253d656edd36da7f3');
INSERT INTO public.audit_events VALUES (18, '2026-11-05 13:00:35.123456+00', 2, 3, NULL, 'paypal', 'send_unknown', 'in_flight', 'in_flight', 'CONNECTION_LOST: the connection broke, or what came over it was not HTTP', '{"outcome": "unknown", "send": 4}', '9dde91df268729884eaa1a861cbaf16da210afae2a96dcc8adb403f0dd902840');
INSERT INTO public.audit_events VALUES (19, '2026-11-05 12:00:00.123456+00', 3, 5, NULL, 'ann', 'intent', NULL, 'planned', NULL, '{"checksum": "7d2543a5bf856ab99694a5dbad20132f58813af2451ab663816400be5c2412a7", "items": 14}', '1a55ae767539fc51dee552c67f6a25fedc41998c3641645ff3c565ef0379f76d');
INSERT INTO public.audit_events VALUES (20, '2026-11-05 12:00:00.123456+00', 3, 6, NULL, 'ann', 'intent', NULL, 'planned', NULL, '{"checksum": "a317618a879113d64d10e467fe53e85c584433294da8889be71834533282010a", "items": 2}', '0f71c6c2908c03c679dee54f604b8b25025152a4485d2f70045e43cd1cb30416');
INSERT INTO public.audit_events VALUES (21, '2026-11-05 12:00:00.123456+00', 3, 7, NULL, 'ann', 'intent', NULL, 'planned', NULL, '{"checksum": "47002930e26f4c80bd9fcc2820292bca7605cf84ae8372c9a45e4baba2f568f4", "items": 2}', '1d088c8d7b97b1a3f28153a7811ef3e01ca4d96f8fccb21d930d7919e2dff3de');
INSERT INTO public.audit_events VALUES (22, '2026-11-05 12:00:00.123456+00', 3, 8, NULL, 'ann', 'intent', NULL, 'planned', NULL, '{"checksum": "4b006b12d094bba6d270577c36c4c112d9d44d9aab6ed126fdfc985b0bced954", "items": 2}', '49960fae17225049daf408f2642e5c6ae8e31370b2b42da06ce40c3efc422f6a');
INSERT INTO public.audit_events VALUES (23, '2026-11-05 12:00:00.123456+00', 3, 9, NULL, 'ann', 'intent', NULL, 'planned', NULL, '{"checksum": "f394599cca15c0f27eafc070e97aea5f72815783e0f5447725704b394c4b20a3", "items": 2}', '84716052ea1ee5fa7ac206ab4b9c9720c18000dc561c859df03e31716cde782d');
INSERT INTO public.audit_events VALUES (24, '2026-11-05 12:00:00.123456+00', 3, 10, NULL, 'ann', 'intent', NULL, 'planned', NULL, '{"checksum": "6d3c9d14639559f7c28104401149b5701bffbc3e9b4aeb376c7b2fca924c615b", "items": 2}', 'd58c1b39314e5b5712837f55edcc5e5027d23a533d377e328c3210dff3542cb1');
INSERT INTO public.audit_events VALUES (25, '2026-11-05 12:00:00.123456+00', 3, 11, NULL, 'ann', 'intent', NULL, 'planned', NULL, '{"checksum": "530e1646d5e9aa1d7aa2d386721a3c0b3d32ddc24761719246498307066ae8c9", "items": 2}', '6a1bdb53d4b6adeec828ee9ef18a00e666632b0a8be337b0dddfc8fc35ca8032');
INSERT INTO public.audit_events VALUES (26, '2026-11-05 12:00:00.123456+00', 3, 12, NULL, 'ann', 'intent', NULL, 'planned', NULL, '{"checksum": "18e0f800ae484c3b7392ba498b132ddf15337f595739ec35b3155424d7a603eb", "items": 2}', '764c2cb2673fcbd537ce98a92c7cc788003655362e4e4fea9e2a4fe90b983f50');
INSERT INTO public.audit_events VALUES (27, '2026-11-05 12:00:00.123456+00', 3, 13, NULL, 'ann', 'intent', NULL, 'planned', NULL, '{"checksum": "ad93943dbce84d2c9656782777020ceae864174f31cb41c6bf848fda1695ba55", "items": 2}', 'dfd5566e960e20f137b81c5a5a3603aa26eb1325884ec059a62f4918a1a585c5');
INSERT INTO public.audit_events VALUES (28, '2026-11-05 12:00:00.123456+00', 3, 5, NULL, 'ann', 'permit', 'planned', 'in_flight', NULL, '{"policy": "default", "send": 1}', '9166e97ba3ec16a2f0793d60890029831fc49860fb473043352c700703070fc4');
INSERT INTO public.audit_events VALUES (29, '2026-11-05 12:00:00.123456+00', 3, 5, NULL, 'paypal', 'accept', 'in_flight', 'accepted', NULL, '{"outcome": "accepted", "paypal_batch_id": "PAYPAL1", "send": 1}', '4bcc5f55942db90335ab17bf8fa609f95551a35e03b4329a4dbc8e1c0a6c1e5c');
INSERT INTO public.audit_events VALUES (30, '2026-11-05 12:00:00.123456+00', 3, 6, NULL, 'ann', 'permit', 'planned', 'in_flight', NULL, '{"policy": "default", "send": 1}', 'dc45d85cba7070f4c6ba35f26261bfd792fd2adea38c64ff5f75f82f7296f8c6');
INSERT INTO public.audit_events VALUES (31, '2026-11-05 12:00:00.123456+00', 3, 6, NULL, 'paypal', 'accept', 'in_flight', 'accepted', NULL, '{"outcome": "accepted", "paypal_batch_id": "PAYPAL2", "send": 1}', '0eae8c70360f3c92958b86703d2b30e73abfd78f66a71f2b822fbaf5859dca2b');
INSERT INTO public.audit_events VALUES (32, '2026-11-05 12:00:00.123456+00', 3, 7, NULL, 'ann', 'permit', 'planned', 'in_flight', NULL, '{"policy": "default", "send": 1}', 'e78e5301a6c0050184944e5e88fd560a7f1da76444aab12b9438cbb5af92d204');
INSERT INTO public.audit_events VALUES (33, '2026-11-05 12:00:00.123456+00', 3, 7, NULL, 'paypal', 'accept', 'in_flight', 'accepted', NULL, '{"outcome": "accepted", "paypal_batch_id": "PAYPAL3", "send": 1}', '42946f1c76a6dd69942e5efe32105e93f946e873c61871f9683a506caba78d86');
INSERT INTO public.audit_events VALUES (34, '2026-11-05 12:00:00.123456+00', 3, 8, NULL, 'ann', 'permit', 'planned', 'in_flight', NULL, '{"policy": "default", "send": 1}', 'f60be96009e32aecc2678508698e83b70a7cad5bd7ad4667c1ca2c17cbcd2c68');
INSERT INTO public.audit_events VALUES (35, '2026-11-05 12:00:00.123456+00', 3, 8, NULL, 'paypal', 'accept', 'in_flight', 'accepted', NULL, '{"outcome": "accepted", "paypal_batch_id": "PAYPAL4", "send": 1}', '95040b193be24a0323c44067305aad3b5b1c3585ec8a244fe8b5d9d3428cf229');
INSERT INTO public.audit_events VALUES (36, '2026-11-05 12:00:00.123456+00', 3, 5, NULL, 'paypal', 'items_read', NULL, NULL, NULL, '{"items": {"abandoned": 1, "blocked": 1, "canceled": 1, "closed": 1, "denied": 1, "failed": 1, "onhold": 1, "pending": 1, "refunded": 1, "returned": 1, "reversed": 1, "success": 1, "unclaimed": 1, "unrecognized": 1}}', 'eb74c23ff55ab05af03a971f1298c7fdfd09fd9e8dad1e99dc8f0cda254c473c');
INSERT INTO public.audit_events VALUES (37, '2026-11-05 12:00:00.123456+00', 3, 5, NULL, 'paypal', 'finish', 'accepted', 'done', NULL, '{"items_ended": 0, "word": "WORD"}', 'cce8652e82984841cce924dc7192bb1f1bdb1c0f6e88f49c5eaf526aa331000c');
INSERT INTO public.audit_events VALUES (38, '2026-11-05 12:00:00.123456+00', 3, 7, NULL, 'paypal', 'deny', 'accepted', 'denied', NULL, '{"items_ended": 2, "word": "WORD"}', '07788f72e3faf75067a4161fa35578445887511e02105cec8582eef1ad373fd3');
INSERT INTO public.audit_events VALUES (39, '2026-11-05 12:00:00.123456+00', 3, 8, NULL, 'paypal', 'cancel', 'accepted', 'canceled', NULL, '{"items_ended": 2, "word": "WORD"}', '720cc58215fe43283d88464386a740d0c5611715867d7eea551c9e79186b8f12');
INSERT INTO public.audit_events VALUES (40, '2026-11-05 12:00:00.123456+00', 3, 9, NULL, 'ann', 'permit', 'planned', 'in_flight', NULL, '{"policy": "default", "send": 1}', '5d0aa1587cb3ca8a7b1c8316d42e2d27059db990993c0618c6bf40d7c78fb2f2');
INSERT INTO public.audit_events VALUES (41, '2026-11-05 12:00:00.123456+00', 3, 9, NULL, 'paypal', 'refuse', 'in_flight', 'refused', 'INSUFFICIENT_FUNDS: too little', '{"outcome": "refused", "send": 1}', '4eb37fb2986f14eedf6eaec51b3bf9f08d23a497e14ba7571d0a48e76a1104a4');
INSERT INTO public.audit_events VALUES (42, '2026-11-05 12:00:00.123456+00', 3, 10, NULL, 'ann', 'permit', 'planned', 'in_flight', NULL, '{"policy": "default", "send": 1}', '2c9e00c0501655b992b0e7a1320dc14851cd0e861e9faec642f5a089848ef894');
INSERT INTO public.audit_events VALUES (43, '2026-11-05 12:00:00.123456+00', 3, 10, NULL, 'paypal', 'send_unknown', 'in_flight', 'in_flight', 'TIMEOUT: no answer', '{"outcome": "unknown", "send": 1}', 'ff84599b4867ff428bfe8b64d155fa019d50ba06e934000e8467971d9789b21e');
INSERT INTO public.audit_events VALUES (44, '2026-11-05 12:00:00.123456+00', 3, 11, NULL, 'ann', 'permit', 'planned', 'in_flight', NULL, '{"policy": "default", "send": 1}', '52e747b42751de91cd00b9a266f34992d87051363f3a2c24e7d372cdae6c26c9');
INSERT INTO public.audit_events VALUES (45, '2026-11-05 12:00:00.123456+00', 3, 11, NULL, 'paypal', 'send_unknown', 'in_flight', 'in_flight', 'TIMEOUT: no answer', '{"outcome": "unknown", "send": 1}', '245f3b5ae3b96856349e5aa6be7edb59b47784ba0a37a4d8747cc756b4668a57');
INSERT INTO public.audit_events VALUES (46, '2026-11-05 12:00:00.123456+00', 3, 11, NULL, 'paypal', 'doubt', 'in_flight', 'review', 'cannot be compared', '{"said": "\u2603 ''quoted''"}', 'e09ea7381911553ad423bb050d954859ff7defc518b6d59c7862c124fc4e7f99');
INSERT INTO public.audit_events VALUES (47, '2026-11-05 12:00:00.123456+00', 3, 12, NULL, 'ann', 'abandon', 'planned', 'abandoned', 'given up by a person', '{}', '3dc879b4b02f9b95b3dab56f1c71cac0bf7b4f4d441eb21531f5650b8c6fbe34');
INSERT INTO public.batch_seals VALUES (1, 'd088a7409baa76964b936acfeb9528d80e5b399fb4b62a5ce7aa75054521da99', '6825f248de830058b5a716472de6b545e0c226961350eba35599ef222c8e93fc', '66b08286bc2c815075e4fb22c293f3aca7846ce9c9b61577f03683de5d69b395');
INSERT INTO public.batch_seals VALUES (5, 'ba103f7c3353b72a8aab8264882019ced5ec9fe61f457c1f396cd367dc6ce54e', '6fd1adff711427d8d4a78681ae9e99d79ef54b296ae80a089477f27a577b356d', 'b466c9ca1706e284da635f26d7ade79493dbf8f5c432a6c3c7a415a6580d1678');
INSERT INTO public.batch_seals VALUES (2, '127557f172245aee9708ed0c0c5668c99156c80f8c2c23135f5a6c782d909919', '13dd892c34e4f66706adf9abf28d0e3decee46e218fe06e31075d1793cb099d7', 'fc6df186504bf69a3da930558b7b0da358ecb03a9732c584b6d8ed6531716ca8');
INSERT INTO public.batch_seals VALUES (4, '2310e0d205cf15bcff28c4db8054d2f39029a6baf7382508be3061f5afc7a4bb', '102877332f7a7cd37ea97195d60527efcc6a704f8bc907f9b3f11650a25cd897', 'c79561f1e1e192e927d784d6bc74496ed6f53f0cee812a7fb227a184431aff53');
INSERT INTO public.batch_seals VALUES (7, '92bcd2f7f1d03161839404f85b223470e0dbdb40807c09dc90d50b11aa22e603', '2b7083cc72d4d6e502e0bea1cfd6da0ac3ba977699fe58e9f501e45566e19f4e', 'ffb4ceaed7569a9d910932fba7506f90e216a3e5eebaffc687629106b780e4eb');
INSERT INTO public.batch_seals VALUES (8, '265262375ec1471ed9dbfd87f51f47e6bcc39336d5b44bff44b1da77065794f6', 'abcdc65cffbf712d23453babc10ad4c4c868bed4745ad5e4f94212e0c7defb76', '01f357ec3e6b78c89db97cdb1b5e7fbe29a4730877591416876f613a1debd635');
INSERT INTO public.batch_seals VALUES (9, '0e8506b639e8ffa63dd81dd68e044c6457ce83ff019cb15db8aa56fda8141efb', 'dd9b0e3e51715528958df35d47bc21681c810eee43175379a815b6101614ae5f', '60ec20cb388f1abd4107ea4a81a290ff394099ada5c05e33a6cafb6f2f028092');
INSERT INTO public.batch_seals VALUES (10, '0c8d83f619ebae79dbffbbe350bd28b386baf4c174677565d6cf83b4c03a0a49', '27d68b302be2ce3bf823e63ad163698c3bfcbb8c9c28e4d569d1910adede131d', '4262319179d665b1588a0deb2bf83216902fa4038624b1636ab5633724a9eab8');
INSERT INTO public.batch_seals VALUES (3, '4ba30f1983a09bdf0edd1d487f89bf75548f3b3b67fd0e7ebc8655794084de7e', 'ea638b0514528f0e67b557c590ffe9b8fd0b0ae48ac980c8d224d6b65c4c91c7', '86e26697953f10bf2d33f8e48bf60738fb87e7f554cef921ba150ae8fbcc873c');
INSERT INTO public.batch_seals VALUES (13, '4ebeda6ef657c610c93cbd74347e7fab4543076fbbd48e03b7bd18e45589b941', '4d753339b4f51266a8139c3cc991c40317df9c54d1b9f19b98d203dcccc54401', 'd52e6ceb02876ff1bda8b39386290f60c418cea4e5f9d6d15dc065c319926e67');
INSERT INTO public.batch_seals VALUES (11, '26f4e2fabd14533121faa76c27248ec3bdcbb25837a1fff6405d7e0391f627da', 'f64d946fd5cb5cada49ad312eb94f69d641427b3337faffdddfebad6eab31d8a', 'af088d721254892725768886b485c537067d46a5bfc8c6cb94be55b92c2c8e81');
INSERT INTO public.batch_seals VALUES (6, '525c5e0eb79de908e8e66c33c35e7e55f78e8e78190e1a15157a9978f78165ee', 'b9e104c9a6aaf989d2abbbdc63fcef66a2e28b2f8cc6e89243c8c48db7cedb86', '22da1c3ad557b8e06ba4ce6c4c85a054724257c9b2704df4ced861f52e744b14');
INSERT INTO public.batch_seals VALUES (12, 'fb98d0704cad4f14d12dc248af29af2ed275f3faacc284ff1ffb26e95343a64a', '0e202086d98cf01f1161092d57028e438ec95f942609326a4b2ae43effe762ac', '1f3b8e0841360e8d30919e10ded3144e06999ba6ab8bb68d6a64e6916c5a111a');
INSERT INTO public.cycles VALUES (1, 'old', '2026-07-08 12:00:00.123456+00');
INSERT INTO public.cycles VALUES (2, 'open', '2026-11-05 12:00:00.123456+00');
INSERT INTO public.cycles VALUES (3, 'all', '2026-11-05 12:00:00.123456+00');
INSERT INTO public.item_counts VALUES (1, 'unsent', 0, 0, 0, 0);
INSERT INTO public.item_counts VALUES (1, 'abandoned', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (2, 'unsent', 0, 0, 0, 0);
INSERT INTO public.item_counts VALUES (2, 'failed', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (2, 'success', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (3, 'unsent', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (4, 'unsent', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (6, 'unsent', 2, 2, 0, 0);
INSERT INTO public.item_counts VALUES (10, 'unsent', 2, 2, 0, 0);
INSERT INTO public.item_counts VALUES (11, 'unsent', 2, 2, 0, 0);
INSERT INTO public.item_counts VALUES (13, 'unsent', 2, 2, 0, 0);
INSERT INTO public.item_counts VALUES (5, 'unsent', 0, 0, 0, 0);
INSERT INTO public.item_counts VALUES (5, 'abandoned', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (5, 'blocked', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (5, 'canceled', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (5, 'closed', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (5, 'denied', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (5, 'failed', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (5, 'onhold', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (5, 'pending', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (5, 'refunded', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (5, 'returned', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (5, 'reversed', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (5, 'success', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (5, 'unclaimed', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (5, 'unrecognized', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (7, 'unsent', 0, 0, 0, 0);
INSERT INTO public.item_counts VALUES (7, 'denied', 2, 2, 0, 0);
INSERT INTO public.item_counts VALUES (8, 'unsent', 0, 0, 0, 0);
INSERT INTO public.item_counts VALUES (8, 'canceled', 2, 2, 0, 0);
INSERT INTO public.item_counts VALUES (9, 'unsent', 2, 2, 0, 0);
INSERT INTO public.item_counts VALUES (12, 'unsent', 0, 0, 0, 0);
INSERT INTO public.item_counts VALUES (12, 'abandoned', 2, 2, 0, 0);
INSERT INTO public.payout_batches VALUES (3, 'open-0002-1', 2, 2, 1, 'main-sandbox-open-0002-1', NULL, 'in_flight', 'GBP', 1, 300, NULL, '77351253fbc536b9d56e40efffca7afbf3e4deba2e331f9a67e18149036d3117', '2026-11-05 13:00:00.123456+00', '2026-11-05 13:00:00.123456+00', '2026-11-05 13:00:35.123456+00', NULL, NULL, 3, '2026-11-05 13:00:35.123456+00', 'CONNECTION_LOST: the connection broke, or what came over it was not HTTP', '\x7801558ec10ac2300c86df25e77554bdeda48288a0e05da4646d6085352d5d3736c6dedd56bc784cbee4fffe1506624351b59874a73ac23c40b3feafad81061c5a1603b269fd2c7c201652cabdd8c156814de406685e2b44d23658e2a4d21228bf5d1ea7db1daa02c84e251c34a6e35cd38c2ef494113a3f722a563dc648ac977c743d3f339ab01f4bcaa196b2887e6d8b4f7d5b69d8dedb07ae6742c1', 'input.csv', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_batches VALUES (1, 'old-0001-1', 1, 1, 1, 'main-sandbox-old-0001-1', NULL, 'abandoned', 'USD', 1, 500, NULL, 'f899418f1506e1e426359f52dfe430b03d402874c73815b2d808a30804010ef1', '2026-07-08 12:00:00.123456+00', NULL, NULL, NULL, NULL, 0, NULL, NULL, '\x', 'input.csv', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_batches VALUES (2, 'open-0001-1', 2, 1, 1, 'main-sandbox-open-0001-1', 'HKJAYV7LUQ1HR', 'done', 'EUR', 2, 300, 2, '0c4df5467ff9818e064bcf149b530d2bf19cf85981fb35889b16f2f9170ccb20', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00+00', 'SUCCESS', 0, NULL, NULL, '\x7801958e310bc2301484ffcb9bdb923a76d2c141d0457012092fe91303cd4b48d3d252fadf4dc4c541d0f1eeb8fb6e819eb8a5201546fd900fc224a0593e6dd34203160d973d72abdc543a4f5c0a21eab286b50013c9f6d05c1708a48d37c451c6d953aaed4fbbc3118a1c9019f33820f376aa6842eb3b4a115a3770cc543d8440ace7dcbb9c53346237e495ba122283de6f334fbe5e61727fa3ded1749572ea5ff4e61b5ac17a5b9fb18c6b3d', 'input.csv', 0, NULL, '2026-11-05 12:00:00.123456+00', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_batches VALUES (4, 'open-0003-1', 2, 3, 1, 'main-sandbox-open-0003-1', NULL, 'planned', 'USD', 1, 400, NULL, '6307ef8b4e0c91ff9c02b09cf3253f133c012b1f88b55deff040c98c3ae54d25', '2026-11-05 13:00:00.123456+00', NULL, NULL, NULL, NULL, 0, NULL, NULL, '\x7801558ec10ac2300c86df25e77554f4b493821e043d89279192b58115d6ac74ddd8287b775bf1e231f992fffb138cc486826a31ea4e7584798026fdafad81061c5a1623b26987450c9e584829f762075b0536921ba1792508a4adb7c451c5d5537ebbdc4fd71b5405909d4b3818e4e352d382cef79411ba61e258ac7a0a8158aff9e8f9386734633f9594432d6511fdda169ffab632b0bdb70fb0d242d2', 'input.csv', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_batches VALUES (13, 'all-0009-1', 3, 9, 1, 'main-sandbox-all-0009-1', NULL, 'planned', 'USD', 2, 2000, NULL, 'ad93943dbce84d2c9656782777020ceae864174f31cb41c6bf848fda1695ba55', '2026-11-05 12:00:00.123456+00', NULL, NULL, NULL, NULL, 0, NULL, NULL, '\x7801ab564a4a2c49ce50b252504accc9d1353030b0d43554d25150ca2c49cd2d060a1bd50200b2e109a8', NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_batches VALUES (6, 'all-0002-1', 3, 2, 1, 'main-sandbox-all-0002-1', 'PAYPAL2', 'accepted', 'USD', 2, 2000, NULL, 'a317618a879113d64d10e467fe53e85c584433294da8889be71834533282010a', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', NULL, NULL, 0, NULL, NULL, '\x7801ab564a4a2c49ce50b252504accc9d135303030d23554d25150ca2c49cd2d060a1bd50200b26a09a1', NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_batches VALUES (10, 'all-0006-1', 3, 6, 1, 'main-sandbox-all-0006-1', NULL, 'in_flight', 'USD', 2, 2000, NULL, '6d3c9d14639559f7c28104401149b5701bffbc3e9b4aeb376c7b2fca924c615b', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', NULL, NULL, 0, NULL, 'TIMEOUT: no answer', '\x7801ab564a4a2c49ce50b252504accc9d135303030d33554d25150ca2c49cd2d060a1bd50200b2ae09a5', NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_batches VALUES (5, 'all-0001-1', 3, 1, 1, 'main-sandbox-all-0001-1', 'PAYPAL1', 'done', 'USD', 14, 14000, 75, '7d2543a5bf856ab99694a5dbad20132f58813af2451ab663816400be5c2412a7', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', 'WORD', 0, NULL, NULL, '\x7801ab564a4a2c49ce50b252504accc9d135303030d43554d25150ca2c49cd2d060a1b9ad40200bbe109d3', NULL, 0, NULL, '2026-11-05 12:00:00.123456+00', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_batches VALUES (7, 'all-0003-1', 3, 3, 1, 'main-sandbox-all-0003-1', 'PAYPAL3', 'denied', 'USD', 2, 2000, 75, '47002930e26f4c80bd9fcc2820292bca7605cf84ae8372c9a45e4baba2f568f4', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', 'WORD', 0, NULL, NULL, '\x7801ab564a4a2c49ce50b252504accc9d135303030d63554d25150ca2c49cd2d060a1bd50200b27b09a2', NULL, 0, NULL, '2026-11-05 12:00:00.123456+00', 1, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_batches VALUES (8, 'all-0004-1', 3, 4, 1, 'main-sandbox-all-0004-1', 'PAYPAL4', 'canceled', 'USD', 2, 2000, 75, '4b006b12d094bba6d270577c36c4c112d9d44d9aab6ed126fdfc985b0bced954', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', 'WORD', 0, NULL, NULL, '\x7801ab564a4a2c49ce50b252504accc9d135303030d13554d25150ca2c49cd2d060a1bd50200b28c09a3', NULL, 0, NULL, '2026-11-05 12:00:00.123456+00', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_batches VALUES (9, 'all-0005-1', 3, 5, 1, 'main-sandbox-all-0005-1', NULL, 'refused', 'USD', 2, 2000, NULL, 'f394599cca15c0f27eafc070e97aea5f72815783e0f5447725704b394c4b20a3', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', NULL, NULL, 0, NULL, 'INSUFFICIENT_FUNDS: too little', '\x7801ab564a4a2c49ce50b252504accc9d135303030d53554d25150ca2c49cd2d060a1bd50200b29d09a4', NULL, 0, NULL, NULL, NULL, 1, 'INSUFFICIENT_FUNDS', 'too little', 'funds');
INSERT INTO public.payout_batches VALUES (11, 'all-0007-1', 3, 7, 1, 'main-sandbox-all-0007-1', NULL, 'review', 'USD', 2, 2000, NULL, '530e1646d5e9aa1d7aa2d386721a3c0b3d32ddc24761719246498307066ae8c9', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', NULL, NULL, 0, NULL, 'TIMEOUT: no answer', '\x7801ab564a4a2c49ce50b252504accc9d135303030d73554d25150ca2c49cd2d060a1bd50200b2bf09a6', NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_batches VALUES (12, 'all-0008-1', 3, 8, 1, 'main-sandbox-all-0008-1', NULL, 'abandoned', 'USD', 2, 2000, NULL, '18e0f800ae484c3b7392ba498b132ddf15337f595739ec35b3155424d7a603eb', '2026-11-05 12:00:00.123456+00', NULL, NULL, NULL, NULL, 0, NULL, NULL, '\x7801ab564a4a2c49ce50b252504accc9d1353030b0d03554d25150ca2c49cd2d060a1bd50200b2d009a7', NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (2, 2, 2, 'a', 'ann@x.example', 'EMAIL', 100, 'EUR', NULL, NULL, NULL, NULL, 'success', 'SUCCESS', 2, '21HTRTSRNF2WL', 'E9RUWSZB5GFF7ZZUA', NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 2, NULL, NULL, 0, '9YRH5A7N62WWLC2J6', '2026-11-05T12:00:00Z', NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (3, 2, 2, 'b', 'fail.bob@x.example', 'EMAIL', 200, 'EUR', NULL, NULL, NULL, NULL, 'failed', 'FAILED', 0, '71W9G7VNE2M12', NULL, 'RECEIVER_ACCOUNT_LOCKED', 'Receiver''s account is inactive or restricted.', 'payee', 0, 1, '2026-11-05 12:00:00.123456+00', 3, NULL, NULL, 0, NULL, '2026-11-05T12:00:00Z', NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (4, 2, 3, 'c', 'cat@x.example', 'EMAIL', 300, 'GBP', NULL, NULL, NULL, NULL, 'unsent', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, 1, '2026-11-05 13:00:00.123456+00', 4, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (5, 2, 4, 'd', 'dan@x.example', 'EMAIL', 400, 'USD', NULL, NULL, NULL, NULL, 'unsent', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, 1, '2026-11-05 13:00:00.123456+00', 5, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (6, 3, 5, '1-pending-''1''', '1-pending-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'pending', 'PENDING', 25, 'ITEM-1-pending-''1''', 'TX-1-pending-''1''', NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (7, 3, 5, '1-success-''1''', '1-success-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'success', 'SUCCESS', 25, 'ITEM-1-success-''1''', 'TX-1-success-''1''', NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (8, 3, 5, '1-failed-''1''', '1-failed-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'failed', 'FAILED', 25, 'ITEM-1-failed-''1''', 'TX-1-failed-''1''', NULL, NULL, NULL, 0, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (9, 3, 5, '1-unclaimed-''1''', '1-unclaimed-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'unclaimed', 'UNCLAIMED', 25, 'ITEM-1-unclaimed-''1''', 'TX-1-unclaimed-''1''', NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (10, 3, 5, '1-returned-''1''', '1-returned-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'returned', 'RETURNED', 25, 'ITEM-1-returned-''1''', 'TX-1-returned-''1''', NULL, NULL, NULL, 0, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (11, 3, 5, '1-onhold-''1''', '1-onhold-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'onhold', 'ONHOLD', 25, 'ITEM-1-onhold-''1''', 'TX-1-onhold-''1''', NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (12, 3, 5, '1-blocked-''1''', '1-blocked-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'blocked', 'BLOCKED', 25, 'ITEM-1-blocked-''1''', 'TX-1-blocked-''1''', NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (13, 3, 5, '1-refunded-''1''', '1-refunded-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'refunded', 'REFUNDED', 25, 'ITEM-1-refunded-''1''', 'TX-1-refunded-''1''', NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (14, 3, 5, '1-reversed-''1''', '1-reversed-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'reversed', 'REVERSED', 25, 'ITEM-1-reversed-''1''', 'TX-1-reversed-''1''', NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (15, 3, 5, '1-denied-''1''', '1-denied-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'denied', 'DENIED', 25, 'ITEM-1-denied-''1''', 'TX-1-denied-''1''', NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (16, 3, 5, '1-canceled-''1''', '1-canceled-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'canceled', 'CANCELED', 25, 'ITEM-1-canceled-''1''', 'TX-1-canceled-''1''', NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (20, 3, 6, '2-pending-''1''', '2-pending-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'unsent', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (21, 3, 6, '2-success-''1''', '2-success-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'unsent', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (28, 3, 10, '6-pending-''1''', '6-pending-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'unsent', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (29, 3, 10, '6-success-''1''', '6-success-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'unsent', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (30, 3, 11, '7-pending-''1''', '7-pending-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'unsent', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (31, 3, 11, '7-success-''1''', '7-success-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'unsent', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (34, 3, 13, '9-pending-''1''', '9-pending-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'unsent', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (35, 3, 13, '9-success-''1''', '9-success-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'unsent', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (17, 3, 5, '1-abandoned-''1''', '1-abandoned-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'abandoned', 'ABANDONED', 25, 'ITEM-1-abandoned-''1''', 'TX-1-abandoned-''1''', NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (18, 3, 5, '1-closed-''1''', '1-closed-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'closed', 'CLOSED', 25, 'ITEM-1-closed-''1''', 'TX-1-closed-''1''', NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (19, 3, 5, '1-unrecognized-''1''', '1-unrecognized-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'unrecognized', 'UNRECOGNIZED', 25, 'ITEM-1-unrecognized-''1''', 'TX-1-unrecognized-''1''', NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (22, 3, 7, '3-pending-''1''', '3-pending-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'denied', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (23, 3, 7, '3-success-''1''', '3-success-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'denied', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (24, 3, 8, '4-pending-''1''', '4-pending-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'canceled', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (25, 3, 8, '4-success-''1''', '4-success-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'canceled', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (26, 3, 9, '5-pending-''1''', '5-pending-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'unsent', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (27, 3, 9, '5-success-''1''', '5-success-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'unsent', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (32, 3, 12, '8-pending-''1''', '8-pending-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'abandoned', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (33, 3, 12, '8-success-''1''', '8-success-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'abandoned', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.processing_locks VALUES ('old', NULL, NULL, NULL, NULL, NULL, 3, 3, NULL, NULL);
INSERT INTO public.processing_locks VALUES ('open', NULL, NULL, NULL, NULL, NULL, 2, 14, NULL, NULL);
INSERT INTO public.processing_locks VALUES ('all', NULL, NULL, NULL, NULL, NULL, 1, 21, NULL, NULL);
INSERT INTO public.retry_attempts VALUES (1, 2, 1, '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', 'accepted', NULL, NULL, NULL, 201, 'bkgz3saip0ttj', NULL, 'tester', 'retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25');
INSERT INTO public.retry_attempts VALUES (2, 3, 1, '2026-11-05 13:00:00.123456+00', '2026-11-05 13:00:00.123456+00', 'unknown', 'CONNECTION_LOST', 'the connection broke, or what came over it was not HTTP', 'transient', NULL, NULL, 5, 'tester', 'retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25');
INSERT INTO public.retry_attempts VALUES (3, 3, 2, '2026-11-05 13:00:05.123456+00', '2026-11-05 13:00:05.123456+00', 'unknown', 'CONNECTION_LOST', 'the connection broke, or what came over it was not HTTP', 'transient', NULL, NULL, 10, 'tester', 'retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25');
INSERT INTO public.retry_attempts VALUES (4, 3, 3, '2026-11-05 13:00:15.123456+00', '2026-11-05 13:00:15.123456+00', 'unknown', 'CONNECTION_LOST', 'the connection broke, or what came over it was not HTTP', 'transient', NULL, NULL, 20, 'tester', 'retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25');
INSERT INTO public.retry_attempts VALUES (5, 3, 4, '2026-11-05 13:00:35.123456+00', '2026-11-05 13:00:35.123456+00', 'unknown', 'CONNECTION_LOST', 'the connection broke, or what came over it was not HTTP', 'transient', NULL, NULL, NULL, 'tester', 'retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25');
INSERT INTO public.retry_attempts VALUES (6, 5, 1, '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', 'accepted', NULL, NULL, NULL, 201, 'd0', NULL, 'ann', 'default');
INSERT INTO public.retry_attempts VALUES (7, 6, 1, '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', 'accepted', NULL, NULL, NULL, 201, 'd0', NULL, 'ann', 'default');
INSERT INTO public.retry_attempts VALUES (8, 7, 1, '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', 'accepted', NULL, NULL, NULL, 201, 'd0', NULL, 'ann', 'default');
INSERT INTO public.retry_attempts VALUES (9, 8, 1, '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', 'accepted', NULL, NULL, NULL, 201, 'd0', NULL, 'ann', 'default');
INSERT INTO public.retry_attempts VALUES (10, 9, 1, '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', 'refused', 'INSUFFICIENT_FUNDS', 'too little', 'funds', 422, 'd2', NULL, 'ann', 'default');
INSERT INTO public.retry_attempts VALUES (11, 10, 1, '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', 'unknown', 'TIMEOUT', 'no answer', 'transient', NULL, 'd1', NULL, 'ann', 'default');
INSERT INTO public.retry_attempts VALUES (12, 11, 1, '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', 'unknown', 'TIMEOUT', 'no answer', 'transient', NULL, 'd1', NULL, 'ann', 'default');
INSERT INTO public.settings VALUES ('needs_program', '0.1.0');
INSERT INTO public.settings VALUES ('environment', 'sandbox');
INSERT INTO public.settings VALUES ('account', 'main');
INSERT INTO public.settings VALUES ('seal', 'c3d76ed00f334302d09a99349b6c1cee135732a7fd408b668589d1321b9501fe');
SELECT pg_catalog.setval('public.archived_items_id_seq', 1, true);
SELECT pg_catalog.setval('public.audit_events_id_seq', 47, true);
SELECT pg_catalog.setval('public.cycles_id_seq', 3, true);
SELECT pg_catalog.setval('public.payout_batches_id_seq', 13, true);
SELECT pg_catalog.setval('public.payout_items_id_seq', 35, true);
SELECT pg_catalog.setval('public.retry_attempts_id_seq', 12, true);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.archived_items
    ADD CONSTRAINT pk_archived_items PRIMARY KEY (id);
ALTER TABLE ONLY public.archives
    ADD CONSTRAINT pk_archives PRIMARY KEY (cycle_id);
ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT pk_audit_events PRIMARY KEY (id);
ALTER TABLE ONLY public.batch_seals
    ADD CONSTRAINT pk_batch_seals PRIMARY KEY (batch_id);
ALTER TABLE ONLY public.cycles
    ADD CONSTRAINT pk_cycles PRIMARY KEY (id);
ALTER TABLE ONLY public.item_counts
    ADD CONSTRAINT pk_item_counts PRIMARY KEY (batch_id, state);
ALTER TABLE ONLY public.payout_batches
    ADD CONSTRAINT pk_payout_batches PRIMARY KEY (id);
ALTER TABLE ONLY public.payout_items
    ADD CONSTRAINT pk_payout_items PRIMARY KEY (id);
ALTER TABLE ONLY public.processing_locks
    ADD CONSTRAINT pk_processing_locks PRIMARY KEY (key);
ALTER TABLE ONLY public.retry_attempts
    ADD CONSTRAINT pk_retry_attempts PRIMARY KEY (id);
ALTER TABLE ONLY public.settings
    ADD CONSTRAINT pk_settings PRIMARY KEY (key);
ALTER TABLE ONLY public.archived_items
    ADD CONSTRAINT uq_archived_items_cycle_id_item_batch_id UNIQUE (cycle_id, item, batch_id);
ALTER TABLE ONLY public.cycles
    ADD CONSTRAINT uq_cycles_name UNIQUE (name);
ALTER TABLE ONLY public.payout_batches
    ADD CONSTRAINT uq_payout_batches_batch UNIQUE (batch);
ALTER TABLE ONLY public.payout_batches
    ADD CONSTRAINT uq_payout_batches_cycle_id_sequence_attempt UNIQUE (cycle_id, sequence, attempt);
ALTER TABLE ONLY public.payout_batches
    ADD CONSTRAINT uq_payout_batches_paypal_batch_id UNIQUE (paypal_batch_id);
ALTER TABLE ONLY public.payout_batches
    ADD CONSTRAINT uq_payout_batches_sender_batch_id UNIQUE (sender_batch_id);
ALTER TABLE ONLY public.payout_items
    ADD CONSTRAINT uq_payout_items_batch_id_item_id UNIQUE (batch_id, item_id);
ALTER TABLE ONLY public.retry_attempts
    ADD CONSTRAINT uq_retry_attempts_batch_id_number UNIQUE (batch_id, number);
CREATE INDEX ix_archived_items_payee ON public.archived_items USING btree (payee, batch_id) WHERE (payee IS NOT NULL);
CREATE INDEX ix_audit_events_batch_id ON public.audit_events USING btree (batch_id);
CREATE INDEX ix_audit_events_cycle_id_id ON public.audit_events USING btree (cycle_id, id);
CREATE INDEX ix_payout_batches_created_at ON public.payout_batches USING btree (created_at);
CREATE INDEX ix_payout_batches_last_sent_at ON public.payout_batches USING btree (last_sent_at);
CREATE INDEX ix_payout_items_conflict ON public.payout_items USING btree (cycle_id, item_id) WHERE (conflict IS NOT NULL);
CREATE INDEX ix_payout_items_payee ON public.payout_items USING btree (payee_id, id) WHERE (payee_id IS NOT NULL);
CREATE UNIQUE INDEX uq_payout_batches_id_cycle_id ON public.payout_batches USING btree (id, cycle_id);
CREATE UNIQUE INDEX uq_payout_items_live ON public.payout_items USING btree (cycle_id, item_id) WHERE (live = 1);
CREATE UNIQUE INDEX uq_payout_items_newest ON public.payout_items USING btree (cycle_id, item_id) WHERE (newest = 1);
ALTER TABLE ONLY public.archived_items
    ADD CONSTRAINT fk_archived_items_batch_id FOREIGN KEY (batch_id, cycle_id) REFERENCES public.payout_batches(id, cycle_id);
ALTER TABLE ONLY public.archives
    ADD CONSTRAINT fk_archives_cycle_id FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);
ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT fk_audit_events_batch_id FOREIGN KEY (batch_id) REFERENCES public.payout_batches(id);
ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT fk_audit_events_cycle_id FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);
ALTER TABLE ONLY public.batch_seals
    ADD CONSTRAINT fk_batch_seals_batch_id FOREIGN KEY (batch_id) REFERENCES public.payout_batches(id);
ALTER TABLE ONLY public.item_counts
    ADD CONSTRAINT fk_item_counts_batch_id FOREIGN KEY (batch_id) REFERENCES public.payout_batches(id);
ALTER TABLE ONLY public.payout_batches
    ADD CONSTRAINT fk_payout_batches_cycle_id FOREIGN KEY (cycle_id) REFERENCES public.cycles(id);
ALTER TABLE ONLY public.payout_items
    ADD CONSTRAINT fk_payout_items_batch_id FOREIGN KEY (batch_id, cycle_id) REFERENCES public.payout_batches(id, cycle_id);
ALTER TABLE ONLY public.retry_attempts
    ADD CONSTRAINT fk_retry_attempts_batch_id FOREIGN KEY (batch_id) REFERENCES public.payout_batches(id);
