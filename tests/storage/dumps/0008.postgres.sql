SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
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
ALTER TABLE ONLY public.audit_events ALTER COLUMN id SET DEFAULT nextval('public.audit_events_id_seq'::regclass);
ALTER TABLE ONLY public.cycles ALTER COLUMN id SET DEFAULT nextval('public.cycles_id_seq'::regclass);
ALTER TABLE ONLY public.payout_batches ALTER COLUMN id SET DEFAULT nextval('public.payout_batches_id_seq'::regclass);
ALTER TABLE ONLY public.payout_items ALTER COLUMN id SET DEFAULT nextval('public.payout_items_id_seq'::regclass);
ALTER TABLE ONLY public.retry_attempts ALTER COLUMN id SET DEFAULT nextval('public.retry_attempts_id_seq'::regclass);
INSERT INTO public.alembic_version VALUES ('0008');
INSERT INTO public.audit_events VALUES (1, '2026-11-05 12:00:00.123456+00', 1, 1, NULL, 'tester', 'intent', NULL, 'planned', NULL, '{"checksum": "0c4df5467ff9818e064bcf149b530d2bf19cf85981fb35889b16f2f9170ccb20", "items": 2}', '9de8daa8bd9ff852fe249709ead67ecaa396d9d11aec4dd83bf729becf2918cc');
INSERT INTO public.audit_events VALUES (2, '2026-11-05 12:00:00.123456+00', 1, 1, NULL, 'tester', 'permit', 'planned', 'in_flight', NULL, '{"policy": "retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25", "send": 1}', '9e00c95c257b1c6e2bd90294ad66b3f33b761530d2420fd28a174259da405522');
INSERT INTO public.audit_events VALUES (3, '2026-11-05 12:00:00.123456+00', 1, 1, NULL, 'paypal', 'accept', 'in_flight', 'accepted', NULL, '{"outcome": "accepted", "paypal_batch_id": "HKJAYV7LUQ1HR", "send": 1}', '778236034af2a77c13da2a3da2fca964fe3075228b909080482a28f206180741');
INSERT INTO public.audit_events VALUES (4, '2026-11-05 12:00:00.123456+00', 1, 1, NULL, 'paypal', 'items_read', NULL, NULL, NULL, '{"items": {"failed": 1, "success": 1}}', 'a864bee8c1df53cdd8ee17f154089e56fa5ad8605b0a7a3198bc72890b75d527');
INSERT INTO public.audit_events VALUES (5, '2026-11-05 12:00:00.123456+00', 1, 1, NULL, 'paypal', 'finish', 'accepted', 'done', NULL, '{"items_ended": 0, "word": "SUCCESS"}', '8f76fb859dfd89a195368900ee7cb59b951263155246024af7b8a4076ab9cebc');
INSERT INTO public.audit_events VALUES (6, '2026-11-05 13:00:00.123456+00', 1, 2, NULL, 'tester', 'intent', NULL, 'planned', NULL, '{"checksum": "77351253fbc536b9d56e40efffca7afbf3e4deba2e331f9a67e18149036d3117", "items": 1}', 'e422a6760beb30e6676d6a481eb59e0a52c3e2f0641184d822b710bd8f8d54cf');
INSERT INTO public.audit_events VALUES (7, '2026-11-05 13:00:00.123456+00', 1, 3, NULL, 'tester', 'intent', NULL, 'planned', NULL, '{"checksum": "6307ef8b4e0c91ff9c02b09cf3253f133c012b1f88b55deff040c98c3ae54d25", "items": 1}', '910e6f1ab2e442559dcf3cc0e749bac2c19976a7e6505ccc7df024b6cd4506db');
INSERT INTO public.audit_events VALUES (8, '2026-11-05 13:00:00.123456+00', 1, 2, NULL, 'tester', 'permit', 'planned', 'in_flight', NULL, '{"policy": "retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25", "send": 1}', 'e5b71bfa9ae434e7616d2e1be2c3d25577f9857cbb271d21e4f9fceaf871b757');
INSERT INTO public.audit_events VALUES (9, '2026-11-05 13:00:00.123456+00', 1, 2, NULL, 'paypal', 'send_unknown', 'in_flight', 'in_flight', 'CONNECTION_LOST: the connection broke, or what came over it was not HTTP', '{"outcome": "unknown", "send": 1}', '17b21fdb25c2bcfefc86bc34af5d03cd5a673d9fa50adee26034914104895316');
INSERT INTO public.audit_events VALUES (10, '2026-11-05 13:00:05.123456+00', 1, 2, NULL, 'tester', 'permit', 'in_flight', 'in_flight', NULL, '{"policy": "retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25", "send": 2}', '877b825b46a827ec7bf347fc3196c7d215ab5ad3ae0a139e3e7035629cff79ad');
INSERT INTO public.audit_events VALUES (11, '2026-11-05 13:00:05.123456+00', 1, 2, NULL, 'paypal', 'send_unknown', 'in_flight', 'in_flight', 'CONNECTION_LOST: the connection broke, or what came over it was not HTTP', '{"outcome": "unknown", "send": 2}', '1ce33cd3a9a587dd401a129889256b40788248cc01766af749fc87d8cc22aa6d');
INSERT INTO public.audit_events VALUES (12, '2026-11-05 13:00:15.123456+00', 1, 2, NULL, 'tester', 'permit', 'in_flight', 'in_flight', NULL, '{"policy": "retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25", "send": 3}', '753d95bb80eda9d59b4a536299d706f1d51c2584ac17518d276f84594914a0bc');
INSERT INTO public.audit_events VALUES (13, '2026-11-05 13:00:15.123456+00', 1, 2, NULL, 'paypal', 'send_unknown', 'in_flight', 'in_flight', 'CONNECTION_LOST: the connection broke, or what came over it was not HTTP', '{"outcome": "unknown", "send": 3}', '62f630fdb4a8db732ce3b1932eb0de865a384d8c6d3bf73bd0c495193c28bf87');
INSERT INTO public.audit_events VALUES (14, '2026-11-05 13:00:35.123456+00', 1, 2, NULL, 'tester', 'permit', 'in_flight', 'in_flight', NULL, '{"policy": "retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25", "send": 4}', '5bbe80057890334f1f766fb3bd8de96dc69a7b56ff65bb5987105ad1a41acbdd');
INSERT INTO public.audit_events VALUES (15, '2026-11-05 13:00:35.123456+00', 1, 2, NULL, 'paypal', 'send_unknown', 'in_flight', 'in_flight', 'CONNECTION_LOST: the connection broke, or what came over it was not HTTP', '{"outcome": "unknown", "send": 4}', '978603971ff029daaae0bbc8b34ed240af2bfd8b594303c33011f57ff3cf270a');
INSERT INTO public.audit_events VALUES (16, '2026-11-05 12:00:00.123456+00', 2, 4, NULL, 'ann', 'intent', NULL, 'planned', NULL, '{"checksum": "7d2543a5bf856ab99694a5dbad20132f58813af2451ab663816400be5c2412a7", "items": 14}', 'e8c3651f1668f93aed35ee0fdb3bb2c4da8efb5993309dc54d09cc4bf7aca8f8');
INSERT INTO public.audit_events VALUES (17, '2026-11-05 12:00:00.123456+00', 2, 5, NULL, 'ann', 'intent', NULL, 'planned', NULL, '{"checksum": "a317618a879113d64d10e467fe53e85c584433294da8889be71834533282010a", "items": 2}', 'd62f9539eac18a6af1544b0ef11e452f4c37a21d5ed8d84f9c69ca60b732626a');
INSERT INTO public.audit_events VALUES (18, '2026-11-05 12:00:00.123456+00', 2, 6, NULL, 'ann', 'intent', NULL, 'planned', NULL, '{"checksum": "47002930e26f4c80bd9fcc2820292bca7605cf84ae8372c9a45e4baba2f568f4", "items": 2}', '37a219e27d8625688f8a14a79a82ba0a6b46788e1d9dc37533cc1321a02696df');
INSERT INTO public.audit_events VALUES (19, '2026-11-05 12:00:00.123456+00', 2, 7, NULL, 'ann', 'intent', NULL, 'planned', NULL, '{"checksum": "4b006b12d094bba6d270577c36c4c112d9d44d9aab6ed126fdfc985b0bced954", "items": 2}', '7c6186763060673e773d2a5184c820aa1e641bfdefb458b826efdd30dd8d25e3');
INSERT INTO public.audit_events VALUES (20, '2026-11-05 12:00:00.123456+00', 2, 8, NULL, 'ann', 'intent', NULL, 'planned', NULL, '{"checksum": "f394599cca15c0f27eafc070e97aea5f72815783e0f5447725704b394c4b20a3", "items": 2}', '0747ec6301540cd1b3d6e053ae963f069764f8b940a23c54f1f3ffb773436be6');
INSERT INTO public.audit_events VALUES (21, '2026-11-05 12:00:00.123456+00', 2, 9, NULL, 'ann', 'intent', NULL, 'planned', NULL, '{"checksum": "6d3c9d14639559f7c28104401149b5701bffbc3e9b4aeb376c7b2fca924c615b", "items": 2}', '4474d54ec5699608deb3e817d9c495a0cf67b593f0c5d2840db3f55276e8957d');
INSERT INTO public.audit_events VALUES (22, '2026-11-05 12:00:00.123456+00', 2, 10, NULL, 'ann', 'intent', NULL, 'planned', NULL, '{"checksum": "530e1646d5e9aa1d7aa2d386721a3c0b3d32ddc24761719246498307066ae8c9", "items": 2}', '1970f09aa05eaf248e474ce0f7ef1baaa106be115e326349de6a5033b5cafee1');
INSERT INTO public.audit_events VALUES (23, '2026-11-05 12:00:00.123456+00', 2, 11, NULL, 'ann', 'intent', NULL, 'planned', NULL, '{"checksum": "18e0f800ae484c3b7392ba498b132ddf15337f595739ec35b3155424d7a603eb", "items": 2}', 'fa718ec3eae7de7a317d849295bb9dd0932f600a9f37971f643acef7ed612ee9');
INSERT INTO public.audit_events VALUES (24, '2026-11-05 12:00:00.123456+00', 2, 12, NULL, 'ann', 'intent', NULL, 'planned', NULL, '{"checksum": "ad93943dbce84d2c9656782777020ceae864174f31cb41c6bf848fda1695ba55", "items": 2}', '1622a0d31dc63d4c2f9c833083ced4e2a42876563e56ea46b70af9a18dd4dee3');
INSERT INTO public.audit_events VALUES (25, '2026-11-05 12:00:00.123456+00', 2, 4, NULL, 'ann', 'permit', 'planned', 'in_flight', NULL, '{"policy": "default", "send": 1}', '9ed03a56b5d7fb0892a7933e514b5be8430718c66085cf6457015cbbd69d4043');
INSERT INTO public.audit_events VALUES (26, '2026-11-05 12:00:00.123456+00', 2, 4, NULL, 'paypal', 'accept', 'in_flight', 'accepted', NULL, '{"outcome": "accepted", "paypal_batch_id": "PAYPAL1", "send": 1}', '69a268aae4ea140137d5e1e6ae6ed244d2b8f0fef2cd489c92b1435cdfac5a32');
INSERT INTO public.audit_events VALUES (27, '2026-11-05 12:00:00.123456+00', 2, 5, NULL, 'ann', 'permit', 'planned', 'in_flight', NULL, '{"policy": "default", "send": 1}', '3c55146184277258eded5c7f45cf9837e73184817c51eb5da578d60e91872fd6');
INSERT INTO public.audit_events VALUES (28, '2026-11-05 12:00:00.123456+00', 2, 5, NULL, 'paypal', 'accept', 'in_flight', 'accepted', NULL, '{"outcome": "accepted", "paypal_batch_id": "PAYPAL2", "send": 1}', '05131b908733a589da0bc3bf59dbb4ad24f3c368a7eea99534732a577fadf309');
INSERT INTO public.audit_events VALUES (29, '2026-11-05 12:00:00.123456+00', 2, 6, NULL, 'ann', 'permit', 'planned', 'in_flight', NULL, '{"policy": "default", "send": 1}', 'fa97543b69831a8dd525c0ff442f5632082972a0d2249cd752d881749a6a5324');
INSERT INTO public.audit_events VALUES (30, '2026-11-05 12:00:00.123456+00', 2, 6, NULL, 'paypal', 'accept', 'in_flight', 'accepted', NULL, '{"outcome": "accepted", "paypal_batch_id": "PAYPAL3", "send": 1}', '9b251f3af50d14f0a8563d08dfa5c27c8df6cbfdcef23b7e4e19864cda3e20ee');
INSERT INTO public.audit_events VALUES (31, '2026-11-05 12:00:00.123456+00', 2, 7, NULL, 'ann', 'permit', 'planned', 'in_flight', NULL, '{"policy": "default", "send": 1}', 'de49cef9529f80a023ff9762c1c81c53b0aa8f175ee64cc0bc60b64e6e27085c');
INSERT INTO public.audit_events VALUES (32, '2026-11-05 12:00:00.123456+00', 2, 7, NULL, 'paypal', 'accept', 'in_flight', 'accepted', NULL, '{"outcome": "accepted", "paypal_batch_id": "PAYPAL4", "send": 1}', '2cea7e76f86fb6da2123d3c43d225ee5ec53acac76ad88ed9ce7e9a9da4bbb61');
INSERT INTO public.audit_events VALUES (33, '2026-11-05 12:00:00.123456+00', 2, 4, NULL, 'paypal', 'items_read', NULL, NULL, NULL, '{"items": {"abandoned": 1, "blocked": 1, "canceled": 1, "closed": 1, "denied": 1, "failed": 1, "onhold": 1, "pending": 1, "refunded": 1, "returned": 1, "reversed": 1, "success": 1, "unclaimed": 1, "unrecognized": 1}}', 'd59fb2f29727acb63853e89722688b1c61e949c2781a36d6acbbd98b68d7b1f5');
INSERT INTO public.audit_events VALUES (34, '2026-11-05 12:00:00.123456+00', 2, 4, NULL, 'paypal', 'finish', 'accepted', 'done', NULL, '{"items_ended": 0, "word": "WORD"}', '61fd1eb6e48a0f0e56a480767358c3081fa15995f87d8d9050c569f8bc5c607c');
INSERT INTO public.audit_events VALUES (35, '2026-11-05 12:00:00.123456+00', 2, 6, NULL, 'paypal', 'deny', 'accepted', 'denied', NULL, '{"items_ended": 2, "word": "WORD"}', '15c6f035626267838df076b6863b06aaccfc4368b4199ebabe4335896cc06174');
INSERT INTO public.audit_events VALUES (36, '2026-11-05 12:00:00.123456+00', 2, 7, NULL, 'paypal', 'cancel', 'accepted', 'canceled', NULL, '{"items_ended": 2, "word": "WORD"}', '5f25fff3d0b7125705661a8740652e0d16b5b4aae2d35535ab87ee1b2d1b0487');
INSERT INTO public.audit_events VALUES (37, '2026-11-05 12:00:00.123456+00', 2, 8, NULL, 'ann', 'permit', 'planned', 'in_flight', NULL, '{"policy": "default", "send": 1}', '0d620b8890028a75e87770267e9a9023719e45f68f872925d75bef97bd08e7ee');
INSERT INTO public.audit_events VALUES (38, '2026-11-05 12:00:00.123456+00', 2, 8, NULL, 'paypal', 'refuse', 'in_flight', 'refused', 'INSUFFICIENT_FUNDS: too little', '{"outcome": "refused", "send": 1}', 'ec5595450f8ef0f50fffdb75427fba86f65f885c247eea75338b1da99a6fbc0f');
INSERT INTO public.audit_events VALUES (39, '2026-11-05 12:00:00.123456+00', 2, 9, NULL, 'ann', 'permit', 'planned', 'in_flight', NULL, '{"policy": "default", "send": 1}', '2e947ebbb4826b771a4169d63fba2d1419783220bb78508ab4f79779f031fa6a');
INSERT INTO public.audit_events VALUES (40, '2026-11-05 12:00:00.123456+00', 2, 9, NULL, 'paypal', 'send_unknown', 'in_flight', 'in_flight', 'TIMEOUT: no answer', '{"outcome": "unknown", "send": 1}', 'd35cdaa83402ab06eae1524ab696e177d4a4283e401842dae2492bcdc148af3c');
INSERT INTO public.audit_events VALUES (41, '2026-11-05 12:00:00.123456+00', 2, 10, NULL, 'ann', 'permit', 'planned', 'in_flight', NULL, '{"policy": "default", "send": 1}', '5b849a3aa8852cb89552b365a2305cd1fd62b7bf285e38257fb13a7d2c792cc8');
INSERT INTO public.audit_events VALUES (42, '2026-11-05 12:00:00.123456+00', 2, 10, NULL, 'paypal', 'send_unknown', 'in_flight', 'in_flight', 'TIMEOUT: no answer', '{"outcome": "unknown", "send": 1}', '3b797a32b6419030238492936f9f8cee496708676fb3e41653ff2654082db748');
INSERT INTO public.audit_events VALUES (43, '2026-11-05 12:00:00.123456+00', 2, 10, NULL, 'paypal', 'doubt', 'in_flight', 'review', 'cannot be compared', '{"said": "\u2603 ''quoted''"}', 'e18400c2548be155228eaa7a433e48a439c043e58770ecde9ae8d057cfea6c81');
INSERT INTO public.audit_events VALUES (44, '2026-11-05 12:00:00.123456+00', 2, 11, NULL, 'ann', 'abandon', 'planned', 'abandoned', 'given up by a person', '{}', '3389a543d1e9ad7cc0f2f0a36bdb918e2a9e95c250a6827357df4fa3d6bb16f2');
INSERT INTO public.batch_seals VALUES (6, '92bcd2f7f1d03161839404f85b223470e0dbdb40807c09dc90d50b11aa22e603', 'aef597d17fa648811ac0a5ac1975dad30e15ae65b9d2b594e573ecf25e90cdf1', 'ffb4ceaed7569a9d910932fba7506f90e216a3e5eebaffc687629106b780e4eb');
INSERT INTO public.batch_seals VALUES (7, '265262375ec1471ed9dbfd87f51f47e6bcc39336d5b44bff44b1da77065794f6', '72fed1c00cfca657221cd93cabf81b5be1640e90a7d0b2dac63f5cad9f8c297e', '01f357ec3e6b78c89db97cdb1b5e7fbe29a4730877591416876f613a1debd635');
INSERT INTO public.batch_seals VALUES (1, '127557f172245aee9708ed0c0c5668c99156c80f8c2c23135f5a6c782d909919', 'e09fcff2a72d7e1684df99be2f93c0737346eac7b6fea554b636c7a2fb38ab8a', 'fc6df186504bf69a3da930558b7b0da358ecb03a9732c584b6d8ed6531716ca8');
INSERT INTO public.batch_seals VALUES (3, '2310e0d205cf15bcff28c4db8054d2f39029a6baf7382508be3061f5afc7a4bb', 'cd8a76a76fddc84a3361fffd3b23bfa75a9a2830ca3165a46eec2eda9556d04a', 'c79561f1e1e192e927d784d6bc74496ed6f53f0cee812a7fb227a184431aff53');
INSERT INTO public.batch_seals VALUES (8, '0e8506b639e8ffa63dd81dd68e044c6457ce83ff019cb15db8aa56fda8141efb', 'a39176c0613949cab1f7b12ada01d77b3d9d70037d7d9b1f3dfc13b134fd8f79', '60ec20cb388f1abd4107ea4a81a290ff394099ada5c05e33a6cafb6f2f028092');
INSERT INTO public.batch_seals VALUES (9, '0c8d83f619ebae79dbffbbe350bd28b386baf4c174677565d6cf83b4c03a0a49', 'f064f4ad5f867e6ce606fc8d8cb3ad21189d7cf46e3a9320d504ae61572b3544', '4262319179d665b1588a0deb2bf83216902fa4038624b1636ab5633724a9eab8');
INSERT INTO public.batch_seals VALUES (10, '26f4e2fabd14533121faa76c27248ec3bdcbb25837a1fff6405d7e0391f627da', 'a39986c6da9145c0b73a9deed4e50a1b2837e9f336f44168d1f508e3a90c3689', 'af088d721254892725768886b485c537067d46a5bfc8c6cb94be55b92c2c8e81');
INSERT INTO public.batch_seals VALUES (2, '4ba30f1983a09bdf0edd1d487f89bf75548f3b3b67fd0e7ebc8655794084de7e', '4b5b3ea0c9422ed64e326625f007fdfa4c6b236c77be3c54a3fd85239b227746', '86e26697953f10bf2d33f8e48bf60738fb87e7f554cef921ba150ae8fbcc873c');
INSERT INTO public.batch_seals VALUES (12, '4ebeda6ef657c610c93cbd74347e7fab4543076fbbd48e03b7bd18e45589b941', 'e3f88d03caae77915496fd90ade54e1ff72394858d095131efe6fd922dfece26', 'd52e6ceb02876ff1bda8b39386290f60c418cea4e5f9d6d15dc065c319926e67');
INSERT INTO public.batch_seals VALUES (11, 'fb98d0704cad4f14d12dc248af29af2ed275f3faacc284ff1ffb26e95343a64a', '5eeab64d24a57cdf352a1362b710c66b3e1f1b661050e8e1d191aa5b75e9d5dd', '1f3b8e0841360e8d30919e10ded3144e06999ba6ab8bb68d6a64e6916c5a111a');
INSERT INTO public.batch_seals VALUES (5, '525c5e0eb79de908e8e66c33c35e7e55f78e8e78190e1a15157a9978f78165ee', '79a7d6f90f247738b4ec71c39917ca5c1e71b591b4fb7836ae64eac6071ecf03', '22da1c3ad557b8e06ba4ce6c4c85a054724257c9b2704df4ced861f52e744b14');
INSERT INTO public.batch_seals VALUES (4, 'ba103f7c3353b72a8aab8264882019ced5ec9fe61f457c1f396cd367dc6ce54e', '32d38445c3573e08051036b9ea3b2176ec71f317f0f5036ba3a12b0d2b359f1e', 'b466c9ca1706e284da635f26d7ade79493dbf8f5c432a6c3c7a415a6580d1678');
INSERT INTO public.cycles VALUES (1, 'open', '2026-11-05 12:00:00.123456+00');
INSERT INTO public.cycles VALUES (2, 'all', '2026-11-05 12:00:00.123456+00');
INSERT INTO public.item_counts VALUES (1, 'unsent', 0, 0, 0, 0);
INSERT INTO public.item_counts VALUES (1, 'failed', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (1, 'success', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (2, 'unsent', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (3, 'unsent', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (5, 'unsent', 2, 2, 0, 0);
INSERT INTO public.item_counts VALUES (9, 'unsent', 2, 2, 0, 0);
INSERT INTO public.item_counts VALUES (10, 'unsent', 2, 2, 0, 0);
INSERT INTO public.item_counts VALUES (12, 'unsent', 2, 2, 0, 0);
INSERT INTO public.item_counts VALUES (4, 'unsent', 0, 0, 0, 0);
INSERT INTO public.item_counts VALUES (4, 'abandoned', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (4, 'blocked', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (4, 'canceled', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (4, 'closed', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (4, 'denied', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (4, 'failed', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (4, 'onhold', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (4, 'pending', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (4, 'refunded', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (4, 'returned', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (4, 'reversed', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (4, 'success', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (4, 'unclaimed', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (4, 'unrecognized', 1, 1, 0, 0);
INSERT INTO public.item_counts VALUES (6, 'unsent', 0, 0, 0, 0);
INSERT INTO public.item_counts VALUES (6, 'denied', 2, 2, 0, 0);
INSERT INTO public.item_counts VALUES (7, 'unsent', 0, 0, 0, 0);
INSERT INTO public.item_counts VALUES (7, 'canceled', 2, 2, 0, 0);
INSERT INTO public.item_counts VALUES (8, 'unsent', 2, 2, 0, 0);
INSERT INTO public.item_counts VALUES (11, 'unsent', 0, 0, 0, 0);
INSERT INTO public.item_counts VALUES (11, 'abandoned', 2, 2, 0, 0);
INSERT INTO public.payout_batches VALUES (1, 'open-0001-1', 1, 1, 1, 'main-sandbox-open-0001-1', 'HKJAYV7LUQ1HR', 'done', 'EUR', 2, 300, 2, '0c4df5467ff9818e064bcf149b530d2bf19cf85981fb35889b16f2f9170ccb20', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00+00', 'SUCCESS', 0, NULL, NULL, '\x7801958e310bc2301484ffcb9bdb923a76d2c141d0457012092fe91303cd4b48d3d252fadf4dc4c541d0f1eeb8fb6e819eb8a5201546fd900fc224a0593e6dd34203160d973d72abdc543a4f5c0a21eab286b50013c9f6d05c1708a48d37c451c6d953aaed4fbbc3118a1c9019f33820f376aa6842eb3b4a115a3770cc543d8440ace7dcbb9c53346237e495ba122283de6f334fbe5e61727fa3ded1749572ea5ff4e61b5ac17a5b9fb18c6b3d', 'input.csv', 0, NULL, '2026-11-05 12:00:00.123456+00', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_batches VALUES (3, 'open-0003-1', 1, 3, 1, 'main-sandbox-open-0003-1', NULL, 'planned', 'USD', 1, 400, NULL, '6307ef8b4e0c91ff9c02b09cf3253f133c012b1f88b55deff040c98c3ae54d25', '2026-11-05 13:00:00.123456+00', NULL, NULL, NULL, NULL, 0, NULL, NULL, '\x7801558ec10ac2300c86df25e77554f4b493821e043d89279192b58115d6ac74ddd8287b775bf1e231f992fffb138cc486826a31ea4e7584798026fdafad81061c5a1623b26987450c9e584829f762075b0536921ba1792508a4adb7c451c5d5537ebbdc4fd71b5405909d4b3818e4e352d382cef79411ba61e258ac7a0a8158aff9e8f9386734633f9594432d6511fdda169ffab632b0bdb70fb0d242d2', 'input.csv', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_batches VALUES (2, 'open-0002-1', 1, 2, 1, 'main-sandbox-open-0002-1', NULL, 'in_flight', 'GBP', 1, 300, NULL, '77351253fbc536b9d56e40efffca7afbf3e4deba2e331f9a67e18149036d3117', '2026-11-05 13:00:00.123456+00', '2026-11-05 13:00:00.123456+00', '2026-11-05 13:00:35.123456+00', NULL, NULL, 3, '2026-11-05 13:00:35.123456+00', 'CONNECTION_LOST: the connection broke, or what came over it was not HTTP', '\x7801558ec10ac2300c86df25e77554bdeda48288a0e05da4646d6085352d5d3736c6dedd56bc784cbee4fffe1506624351b59874a73ac23c40b3feafad81061c5a1603b269fd2c7c201652cabdd8c156814de406685e2b44d23658e2a4d21228bf5d1ea7db1daa02c84e251c34a6e35cd38c2ef494113a3f722a563dc648ac977c743d3f339ab01f4bcaa196b2887e6d8b4f7d5b69d8dedb07ae6742c1', 'input.csv', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_batches VALUES (12, 'all-0009-1', 2, 9, 1, 'main-sandbox-all-0009-1', NULL, 'planned', 'USD', 2, 2000, NULL, 'ad93943dbce84d2c9656782777020ceae864174f31cb41c6bf848fda1695ba55', '2026-11-05 12:00:00.123456+00', NULL, NULL, NULL, NULL, 0, NULL, NULL, '\x7801ab564a4a2c49ce50b252504accc9d1353030b0d43554d25150ca2c49cd2d060a1bd50200b2e109a8', NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_batches VALUES (6, 'all-0003-1', 2, 3, 1, 'main-sandbox-all-0003-1', 'PAYPAL3', 'denied', 'USD', 2, 2000, 75, '47002930e26f4c80bd9fcc2820292bca7605cf84ae8372c9a45e4baba2f568f4', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', 'WORD', 0, NULL, NULL, '\x7801ab564a4a2c49ce50b252504accc9d135303030d63554d25150ca2c49cd2d060a1bd50200b27b09a2', NULL, 0, NULL, '2026-11-05 12:00:00.123456+00', 1, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_batches VALUES (7, 'all-0004-1', 2, 4, 1, 'main-sandbox-all-0004-1', 'PAYPAL4', 'canceled', 'USD', 2, 2000, 75, '4b006b12d094bba6d270577c36c4c112d9d44d9aab6ed126fdfc985b0bced954', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', 'WORD', 0, NULL, NULL, '\x7801ab564a4a2c49ce50b252504accc9d135303030d13554d25150ca2c49cd2d060a1bd50200b28c09a3', NULL, 0, NULL, '2026-11-05 12:00:00.123456+00', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_batches VALUES (5, 'all-0002-1', 2, 2, 1, 'main-sandbox-all-0002-1', 'PAYPAL2', 'accepted', 'USD', 2, 2000, NULL, 'a317618a879113d64d10e467fe53e85c584433294da8889be71834533282010a', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', NULL, NULL, 0, NULL, NULL, '\x7801ab564a4a2c49ce50b252504accc9d135303030d23554d25150ca2c49cd2d060a1bd50200b26a09a1', NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_batches VALUES (4, 'all-0001-1', 2, 1, 1, 'main-sandbox-all-0001-1', 'PAYPAL1', 'done', 'USD', 14, 14000, 75, '7d2543a5bf856ab99694a5dbad20132f58813af2451ab663816400be5c2412a7', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', 'WORD', 0, NULL, NULL, '\x7801ab564a4a2c49ce50b252504accc9d135303030d43554d25150ca2c49cd2d060a1b9ad40200bbe109d3', NULL, 0, NULL, '2026-11-05 12:00:00.123456+00', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_batches VALUES (8, 'all-0005-1', 2, 5, 1, 'main-sandbox-all-0005-1', NULL, 'refused', 'USD', 2, 2000, NULL, 'f394599cca15c0f27eafc070e97aea5f72815783e0f5447725704b394c4b20a3', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', NULL, NULL, 0, NULL, 'INSUFFICIENT_FUNDS: too little', '\x7801ab564a4a2c49ce50b252504accc9d135303030d53554d25150ca2c49cd2d060a1bd50200b29d09a4', NULL, 0, NULL, NULL, NULL, 1, 'INSUFFICIENT_FUNDS', 'too little', 'funds');
INSERT INTO public.payout_batches VALUES (9, 'all-0006-1', 2, 6, 1, 'main-sandbox-all-0006-1', NULL, 'in_flight', 'USD', 2, 2000, NULL, '6d3c9d14639559f7c28104401149b5701bffbc3e9b4aeb376c7b2fca924c615b', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', NULL, NULL, 0, NULL, 'TIMEOUT: no answer', '\x7801ab564a4a2c49ce50b252504accc9d135303030d33554d25150ca2c49cd2d060a1bd50200b2ae09a5', NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_batches VALUES (10, 'all-0007-1', 2, 7, 1, 'main-sandbox-all-0007-1', NULL, 'review', 'USD', 2, 2000, NULL, '530e1646d5e9aa1d7aa2d386721a3c0b3d32ddc24761719246498307066ae8c9', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', NULL, NULL, 0, NULL, 'TIMEOUT: no answer', '\x7801ab564a4a2c49ce50b252504accc9d135303030d73554d25150ca2c49cd2d060a1bd50200b2bf09a6', NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_batches VALUES (11, 'all-0008-1', 2, 8, 1, 'main-sandbox-all-0008-1', NULL, 'abandoned', 'USD', 2, 2000, NULL, '18e0f800ae484c3b7392ba498b132ddf15337f595739ec35b3155424d7a603eb', '2026-11-05 12:00:00.123456+00', NULL, NULL, NULL, NULL, 0, NULL, NULL, '\x7801ab564a4a2c49ce50b252504accc9d1353030b0d03554d25150ca2c49cd2d060a1bd50200b2d009a7', NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (1, 1, 1, 'a', 'ann@x.example', 'EMAIL', 100, 'EUR', NULL, NULL, NULL, NULL, 'success', 'SUCCESS', 2, '21HTRTSRNF2WL', 'E9RUWSZB5GFF7ZZUA', NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 2, NULL, NULL, 0, '9YRH5A7N62WWLC2J6', '2026-11-05T12:00:00Z', NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (2, 1, 1, 'b', 'fail.bob@x.example', 'EMAIL', 200, 'EUR', NULL, NULL, NULL, NULL, 'failed', 'FAILED', 0, '71W9G7VNE2M12', NULL, 'RECEIVER_ACCOUNT_LOCKED', 'Receiver''s account is inactive or restricted.', 'payee', 0, 1, '2026-11-05 12:00:00.123456+00', 3, NULL, NULL, 0, NULL, '2026-11-05T12:00:00Z', NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (3, 1, 2, 'c', 'cat@x.example', 'EMAIL', 300, 'GBP', NULL, NULL, NULL, NULL, 'unsent', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, 1, '2026-11-05 13:00:00.123456+00', 4, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (4, 1, 3, 'd', 'dan@x.example', 'EMAIL', 400, 'USD', NULL, NULL, NULL, NULL, 'unsent', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, 1, '2026-11-05 13:00:00.123456+00', 5, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (19, 2, 5, '2-pending-''1''', '2-pending-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'unsent', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (20, 2, 5, '2-success-''1''', '2-success-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'unsent', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (5, 2, 4, '1-pending-''1''', '1-pending-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'pending', 'PENDING', 25, 'ITEM-1-pending-''1''', 'TX-1-pending-''1''', NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (6, 2, 4, '1-success-''1''', '1-success-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'success', 'SUCCESS', 25, 'ITEM-1-success-''1''', 'TX-1-success-''1''', NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (7, 2, 4, '1-failed-''1''', '1-failed-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'failed', 'FAILED', 25, 'ITEM-1-failed-''1''', 'TX-1-failed-''1''', NULL, NULL, NULL, 0, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (8, 2, 4, '1-unclaimed-''1''', '1-unclaimed-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'unclaimed', 'UNCLAIMED', 25, 'ITEM-1-unclaimed-''1''', 'TX-1-unclaimed-''1''', NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (9, 2, 4, '1-returned-''1''', '1-returned-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'returned', 'RETURNED', 25, 'ITEM-1-returned-''1''', 'TX-1-returned-''1''', NULL, NULL, NULL, 0, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (10, 2, 4, '1-onhold-''1''', '1-onhold-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'onhold', 'ONHOLD', 25, 'ITEM-1-onhold-''1''', 'TX-1-onhold-''1''', NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (11, 2, 4, '1-blocked-''1''', '1-blocked-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'blocked', 'BLOCKED', 25, 'ITEM-1-blocked-''1''', 'TX-1-blocked-''1''', NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (12, 2, 4, '1-refunded-''1''', '1-refunded-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'refunded', 'REFUNDED', 25, 'ITEM-1-refunded-''1''', 'TX-1-refunded-''1''', NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (13, 2, 4, '1-reversed-''1''', '1-reversed-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'reversed', 'REVERSED', 25, 'ITEM-1-reversed-''1''', 'TX-1-reversed-''1''', NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (14, 2, 4, '1-denied-''1''', '1-denied-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'denied', 'DENIED', 25, 'ITEM-1-denied-''1''', 'TX-1-denied-''1''', NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (15, 2, 4, '1-canceled-''1''', '1-canceled-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'canceled', 'CANCELED', 25, 'ITEM-1-canceled-''1''', 'TX-1-canceled-''1''', NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (16, 2, 4, '1-abandoned-''1''', '1-abandoned-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'abandoned', 'ABANDONED', 25, 'ITEM-1-abandoned-''1''', 'TX-1-abandoned-''1''', NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (17, 2, 4, '1-closed-''1''', '1-closed-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'closed', 'CLOSED', 25, 'ITEM-1-closed-''1''', 'TX-1-closed-''1''', NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (18, 2, 4, '1-unrecognized-''1''', '1-unrecognized-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'unrecognized', 'UNRECOGNIZED', 25, 'ITEM-1-unrecognized-''1''', 'TX-1-unrecognized-''1''', NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (21, 2, 6, '3-pending-''1''', '3-pending-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'denied', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (22, 2, 6, '3-success-''1''', '3-success-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'denied', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (27, 2, 9, '6-pending-''1''', '6-pending-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'unsent', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (28, 2, 9, '6-success-''1''', '6-success-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'unsent', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (29, 2, 10, '7-pending-''1''', '7-pending-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'unsent', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (30, 2, 10, '7-success-''1''', '7-success-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'unsent', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (33, 2, 12, '9-pending-''1''', '9-pending-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'unsent', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (34, 2, 12, '9-success-''1''', '9-success-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'unsent', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (23, 2, 7, '4-pending-''1''', '4-pending-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'canceled', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (24, 2, 7, '4-success-''1''', '4-success-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'canceled', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (25, 2, 8, '5-pending-''1''', '5-pending-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'unsent', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (26, 2, 8, '5-success-''1''', '5-success-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'unsent', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (31, 2, 11, '8-pending-''1''', '8-pending-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'abandoned', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.payout_items VALUES (32, 2, 11, '8-success-''1''', '8-success-''1''@example.com', 'EMAIL', 1000, 'USD', 'thanks', NULL, NULL, NULL, 'abandoned', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 1, '2026-11-05 12:00:00.123456+00', 8, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.processing_locks VALUES ('open', NULL, NULL, NULL, NULL, NULL, 2, 14, NULL, NULL);
INSERT INTO public.processing_locks VALUES ('all', NULL, NULL, NULL, NULL, NULL, 1, 21, NULL, NULL);
INSERT INTO public.retry_attempts VALUES (1, 1, 1, '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', 'accepted', NULL, NULL, NULL, 201, 'pi9hx0jlo6pqt', NULL, 'tester', 'retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25');
INSERT INTO public.retry_attempts VALUES (2, 2, 1, '2026-11-05 13:00:00.123456+00', '2026-11-05 13:00:00.123456+00', 'unknown', 'CONNECTION_LOST', 'the connection broke, or what came over it was not HTTP', 'transient', NULL, NULL, 5, 'tester', 'retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25');
INSERT INTO public.retry_attempts VALUES (3, 2, 2, '2026-11-05 13:00:05.123456+00', '2026-11-05 13:00:05.123456+00', 'unknown', 'CONNECTION_LOST', 'the connection broke, or what came over it was not HTTP', 'transient', NULL, NULL, 10, 'tester', 'retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25');
INSERT INTO public.retry_attempts VALUES (4, 2, 3, '2026-11-05 13:00:15.123456+00', '2026-11-05 13:00:15.123456+00', 'unknown', 'CONNECTION_LOST', 'the connection broke, or what came over it was not HTTP', 'transient', NULL, NULL, 20, 'tester', 'retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25');
INSERT INTO public.retry_attempts VALUES (5, 2, 4, '2026-11-05 13:00:35.123456+00', '2026-11-05 13:00:35.123456+00', 'unknown', 'CONNECTION_LOST', 'the connection broke, or what came over it was not HTTP', 'transient', NULL, NULL, NULL, 'tester', 'retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25');
INSERT INTO public.retry_attempts VALUES (6, 4, 1, '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', 'accepted', NULL, NULL, NULL, 201, 'd0', NULL, 'ann', 'default');
INSERT INTO public.retry_attempts VALUES (7, 5, 1, '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', 'accepted', NULL, NULL, NULL, 201, 'd0', NULL, 'ann', 'default');
INSERT INTO public.retry_attempts VALUES (8, 6, 1, '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', 'accepted', NULL, NULL, NULL, 201, 'd0', NULL, 'ann', 'default');
INSERT INTO public.retry_attempts VALUES (9, 7, 1, '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', 'accepted', NULL, NULL, NULL, 201, 'd0', NULL, 'ann', 'default');
INSERT INTO public.retry_attempts VALUES (10, 8, 1, '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', 'refused', 'INSUFFICIENT_FUNDS', 'too little', 'funds', 422, 'd2', NULL, 'ann', 'default');
INSERT INTO public.retry_attempts VALUES (11, 9, 1, '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', 'unknown', 'TIMEOUT', 'no answer', 'transient', NULL, 'd1', NULL, 'ann', 'default');
INSERT INTO public.retry_attempts VALUES (12, 10, 1, '2026-11-05 12:00:00.123456+00', '2026-11-05 12:00:00.123456+00', 'unknown', 'TIMEOUT', 'no answer', 'transient', NULL, 'd1', NULL, 'ann', 'default');
INSERT INTO public.settings VALUES ('needs_program', '0.1.0');
INSERT INTO public.settings VALUES ('environment', 'sandbox');
INSERT INTO public.settings VALUES ('account', 'main');
INSERT INTO public.settings VALUES ('seal', 'c3d76ed00f334302d09a99349b6c1cee135732a7fd408b668589d1321b9501fe');
SELECT pg_catalog.setval('public.audit_events_id_seq', 44, true);
SELECT pg_catalog.setval('public.cycles_id_seq', 2, true);
SELECT pg_catalog.setval('public.payout_batches_id_seq', 12, true);
SELECT pg_catalog.setval('public.payout_items_id_seq', 34, true);
SELECT pg_catalog.setval('public.retry_attempts_id_seq', 12, true);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
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
CREATE INDEX ix_audit_events_batch_id ON public.audit_events USING btree (batch_id);
CREATE INDEX ix_audit_events_cycle_id_id ON public.audit_events USING btree (cycle_id, id);
CREATE INDEX ix_payout_batches_created_at ON public.payout_batches USING btree (created_at);
CREATE INDEX ix_payout_batches_last_sent_at ON public.payout_batches USING btree (last_sent_at);
CREATE INDEX ix_payout_items_conflict ON public.payout_items USING btree (cycle_id, item_id) WHERE (conflict IS NOT NULL);
CREATE INDEX ix_payout_items_payee ON public.payout_items USING btree (payee_id, id) WHERE (payee_id IS NOT NULL);
CREATE UNIQUE INDEX uq_payout_batches_id_cycle_id ON public.payout_batches USING btree (id, cycle_id);
CREATE UNIQUE INDEX uq_payout_items_live ON public.payout_items USING btree (cycle_id, item_id) WHERE (live = 1);
CREATE UNIQUE INDEX uq_payout_items_newest ON public.payout_items USING btree (cycle_id, item_id) WHERE (newest = 1);
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
