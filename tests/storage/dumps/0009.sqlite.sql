BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0009');
CREATE TABLE archived_items (
	id INTEGER NOT NULL, 
	cycle_id INTEGER NOT NULL, 
	batch_id INTEGER NOT NULL, 
	item VARCHAR(22) NOT NULL, 
	receiver VARCHAR(22) NOT NULL, 
	payee VARCHAR(22), 
	amount_minor BIGINT NOT NULL, 
	fee_minor BIGINT, 
	debited_minor BIGINT, 
	debited_currency VARCHAR, 
	state VARCHAR(20) NOT NULL, 
	newest INTEGER NOT NULL, 
	CONSTRAINT pk_archived_items PRIMARY KEY (id), 
	CONSTRAINT fk_archived_items_batch_id FOREIGN KEY(batch_id, cycle_id) REFERENCES payout_batches (id, cycle_id), 
	CONSTRAINT uq_archived_items_cycle_id_item_batch_id UNIQUE (cycle_id, item, batch_id), 
	CONSTRAINT ck_archived_items_state CHECK (state = 'unsent' OR state = 'pending' OR state = 'success' OR state = 'failed' OR state = 'unclaimed' OR state = 'returned' OR state = 'onhold' OR state = 'blocked' OR state = 'refunded' OR state = 'reversed' OR state = 'denied' OR state = 'canceled' OR state = 'abandoned' OR state = 'closed' OR state = 'unrecognized')
);
INSERT INTO "archived_items" VALUES(1,1,1,'DX4m9p2dwBS83wkDMWjZfQ','0EzC27umkHgjr8ChGfnaxA',NULL,500,NULL,NULL,NULL,'abandoned',1);
CREATE TABLE archives (
	cycle_id INTEGER NOT NULL, 
	file VARCHAR NOT NULL, 
	sha256 VARCHAR NOT NULL, 
	archived_at DATETIME NOT NULL, 
	items INTEGER NOT NULL, 
	payments INTEGER NOT NULL, 
	forgot_receivers INTEGER NOT NULL, 
	hashed_with VARCHAR(22) NOT NULL, 
	seal VARCHAR NOT NULL, 
	CONSTRAINT pk_archives PRIMARY KEY (cycle_id), 
	CONSTRAINT fk_archives_cycle_id FOREIGN KEY(cycle_id) REFERENCES cycles (id)
);
INSERT INTO "archives" VALUES(1,'old.jsonl.gz','5bfd2ae6babd28e3e795b6c64af1b6a6b928a039cc8d891eafe5b3de6b433d2f','2026-11-05 12:00:00.123456',1,1,0,'rRn+Q15HnRfIn/KSEwvakw','9517c6704780e338550f1dca8970e67dd8e13235667c57027e1b623c42923dad');
CREATE TABLE audit_events (
	id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	cycle_id INTEGER, 
	batch_id INTEGER, 
	item_id VARCHAR, 
	actor VARCHAR NOT NULL, 
	action VARCHAR NOT NULL, 
	from_state VARCHAR, 
	to_state VARCHAR, 
	reason VARCHAR, 
	evidence VARCHAR NOT NULL, seal VARCHAR, 
	CONSTRAINT pk_audit_events PRIMARY KEY (id), 
	CONSTRAINT fk_audit_events_cycle_id FOREIGN KEY(cycle_id) REFERENCES cycles (id), 
	CONSTRAINT fk_audit_events_batch_id FOREIGN KEY(batch_id) REFERENCES payout_batches (id)
);
INSERT INTO "audit_events" VALUES(1,'2026-07-08 12:00:00.123456',1,1,NULL,'tester','intent',NULL,'planned',NULL,'{"checksum": "f899418f1506e1e426359f52dfe430b03d402874c73815b2d808a30804010ef1", "items": 1}','4ad35c90c68b4c9b1889c4d0718432206b3353c57efedfff952d9535ee1d507e');
INSERT INTO "audit_events" VALUES(2,'2026-07-08 12:00:01.123456',1,1,NULL,'tester','abandon','planned','abandoned','looked in the activity list','{"last_error": null, "open_sends": 0}','4fd16cce45605802bf05471478293054d4b67cef0cbf375ff0028bc03e93c16d');
INSERT INTO "audit_events" VALUES(3,'2026-11-05 12:00:00.123456',1,NULL,NULL,'tester','archive',NULL,NULL,NULL,'{"file": "old.jsonl.gz", "items": 1, "payments": 1, "sha256": "5bfd2ae6babd28e3e795b6c64af1b6a6b928a039cc8d891eafe5b3de6b433d2f"}','200a790f9db395ee0bd09eac8ee3b0727cea1672685ad219951ff7b4dac48c2e');
INSERT INTO "audit_events" VALUES(4,'2026-11-05 12:00:00.123456',2,2,NULL,'tester','intent',NULL,'planned',NULL,'{"checksum": "0c4df5467ff9818e064bcf149b530d2bf19cf85981fb35889b16f2f9170ccb20", "items": 2}','c3ac75d579ee494f587dfb48eb2fea4ccbc0afd7fb6ea5b581833aef5e230fdc');
INSERT INTO "audit_events" VALUES(5,'2026-11-05 12:00:00.123456',2,2,NULL,'tester','permit','planned','in_flight',NULL,'{"policy": "retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25", "send": 1}','37dd173be7a706e60a6f6f7dbc2d575cd6999739d197e3e6f9b3b55db96abe7d');
INSERT INTO "audit_events" VALUES(6,'2026-11-05 12:00:00.123456',2,2,NULL,'paypal','accept','in_flight','accepted',NULL,'{"outcome": "accepted", "paypal_batch_id": "HKJAYV7LUQ1HR", "send": 1}','21d9f87bc65d8655d9243ede6261c177f6a3766694d4b180832ba00a92fc2ff3');
INSERT INTO "audit_events" VALUES(7,'2026-11-05 12:00:00.123456',2,2,NULL,'paypal','items_read',NULL,NULL,NULL,'{"items": {"failed": 1, "success": 1}}','8aa27d2c885828c78f38ab6c7feb18ae57f9bdc5cd417dd9ebcf8a3b7d7148e3');
INSERT INTO "audit_events" VALUES(8,'2026-11-05 12:00:00.123456',2,2,NULL,'paypal','finish','accepted','done',NULL,'{"items_ended": 0, "word": "SUCCESS"}','c9f74fe24a43c3b0c69f8923fff266ab2eb02f8058912fd6fc466edf2c673bfd');
INSERT INTO "audit_events" VALUES(9,'2026-11-05 13:00:00.123456',2,3,NULL,'tester','intent',NULL,'planned',NULL,'{"checksum": "77351253fbc536b9d56e40efffca7afbf3e4deba2e331f9a67e18149036d3117", "items": 1}','2afbb603557eff2211f572c970faf4451ed8e731fca3a152d203112b6d0a0e91');
INSERT INTO "audit_events" VALUES(10,'2026-11-05 13:00:00.123456',2,4,NULL,'tester','intent',NULL,'planned',NULL,'{"checksum": "6307ef8b4e0c91ff9c02b09cf3253f133c012b1f88b55deff040c98c3ae54d25", "items": 1}','4d0fbb74efc35bbb0b14e5948b44850c3f974352a154414800547e55fba96624');
INSERT INTO "audit_events" VALUES(11,'2026-11-05 13:00:00.123456',2,3,NULL,'tester','permit','planned','in_flight',NULL,'{"policy": "retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25", "send": 1}','37cd8df07e2ba562a0bef22fb6d577ffcbf9bf8b779c81825e5bf83e025b3e78');
INSERT INTO "audit_events" VALUES(12,'2026-11-05 13:00:00.123456',2,3,NULL,'paypal','send_unknown','in_flight','in_flight','CONNECTION_LOST: the connection broke, or what came over it was not HTTP','{"outcome": "unknown", "send": 1}','2ba3a9a8bbf860f06765fd44a6fad183fef9f10b7f7d5267154ee9bffe7a619b');
INSERT INTO "audit_events" VALUES(13,'2026-11-05 13:00:05.123456',2,3,NULL,'tester','permit','in_flight','in_flight',NULL,'{"policy": "retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25", "send": 2}','d24b46cf6a2984041a8770c40396a32026bf1fe319793b51fc067f46ed29bd1d');
INSERT INTO "audit_events" VALUES(14,'2026-11-05 13:00:05.123456',2,3,NULL,'paypal','send_unknown','in_flight','in_flight','CONNECTION_LOST: the connection broke, or what came over it was not HTTP','{"outcome": "unknown", "send": 2}','f07e058986f35a1223852eb853b4c9ec30c589b606b3f8070b66bf0817037edd');
INSERT INTO "audit_events" VALUES(15,'2026-11-05 13:00:15.123456',2,3,NULL,'tester','permit','in_flight','in_flight',NULL,'{"policy": "retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25", "send": 3}','ad42e808e88c7c2484543dc358fd3f3fa48a1477c40334e9ae5f240d34c405c3');
INSERT INTO "audit_events" VALUES(16,'2026-11-05 13:00:15.123456',2,3,NULL,'paypal','send_unknown','in_flight','in_flight','CONNECTION_LOST: the connection broke, or what came over it was not HTTP','{"outcome": "unknown", "send": 3}','4df0c87afff5739a3f23ece1d78779443620ce316c874f6d90effd41757ef38e');
INSERT INTO "audit_events" VALUES(17,'2026-11-05 13:00:35.123456',2,3,NULL,'tester','permit','in_flight','in_flight',NULL,'{"policy": "retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25", "send": 4}','31d6c02fe1de419cdce83331437fc772990bb80cf3c59f8253d656edd36da7f3');
INSERT INTO "audit_events" VALUES(18,'2026-11-05 13:00:35.123456',2,3,NULL,'paypal','send_unknown','in_flight','in_flight','CONNECTION_LOST: the connection broke, or what came over it was not HTTP','{"outcome": "unknown", "send": 4}','9dde91df268729884eaa1a861cbaf16da210afae2a96dcc8adb403f0dd902840');
INSERT INTO "audit_events" VALUES(19,'2026-11-05 12:00:00.123456',3,5,NULL,'ann','intent',NULL,'planned',NULL,'{"checksum": "7d2543a5bf856ab99694a5dbad20132f58813af2451ab663816400be5c2412a7", "items": 14}','1a55ae767539fc51dee552c67f6a25fedc41998c3641645ff3c565ef0379f76d');
INSERT INTO "audit_events" VALUES(20,'2026-11-05 12:00:00.123456',3,6,NULL,'ann','intent',NULL,'planned',NULL,'{"checksum": "a317618a879113d64d10e467fe53e85c584433294da8889be71834533282010a", "items": 2}','0f71c6c2908c03c679dee54f604b8b25025152a4485d2f70045e43cd1cb30416');
INSERT INTO "audit_events" VALUES(21,'2026-11-05 12:00:00.123456',3,7,NULL,'ann','intent',NULL,'planned',NULL,'{"checksum": "47002930e26f4c80bd9fcc2820292bca7605cf84ae8372c9a45e4baba2f568f4", "items": 2}','1d088c8d7b97b1a3f28153a7811ef3e01ca4d96f8fccb21d930d7919e2dff3de');
INSERT INTO "audit_events" VALUES(22,'2026-11-05 12:00:00.123456',3,8,NULL,'ann','intent',NULL,'planned',NULL,'{"checksum": "4b006b12d094bba6d270577c36c4c112d9d44d9aab6ed126fdfc985b0bced954", "items": 2}','49960fae17225049daf408f2642e5c6ae8e31370b2b42da06ce40c3efc422f6a');
INSERT INTO "audit_events" VALUES(23,'2026-11-05 12:00:00.123456',3,9,NULL,'ann','intent',NULL,'planned',NULL,'{"checksum": "f394599cca15c0f27eafc070e97aea5f72815783e0f5447725704b394c4b20a3", "items": 2}','84716052ea1ee5fa7ac206ab4b9c9720c18000dc561c859df03e31716cde782d');
INSERT INTO "audit_events" VALUES(24,'2026-11-05 12:00:00.123456',3,10,NULL,'ann','intent',NULL,'planned',NULL,'{"checksum": "6d3c9d14639559f7c28104401149b5701bffbc3e9b4aeb376c7b2fca924c615b", "items": 2}','d58c1b39314e5b5712837f55edcc5e5027d23a533d377e328c3210dff3542cb1');
INSERT INTO "audit_events" VALUES(25,'2026-11-05 12:00:00.123456',3,11,NULL,'ann','intent',NULL,'planned',NULL,'{"checksum": "530e1646d5e9aa1d7aa2d386721a3c0b3d32ddc24761719246498307066ae8c9", "items": 2}','6a1bdb53d4b6adeec828ee9ef18a00e666632b0a8be337b0dddfc8fc35ca8032');
INSERT INTO "audit_events" VALUES(26,'2026-11-05 12:00:00.123456',3,12,NULL,'ann','intent',NULL,'planned',NULL,'{"checksum": "18e0f800ae484c3b7392ba498b132ddf15337f595739ec35b3155424d7a603eb", "items": 2}','764c2cb2673fcbd537ce98a92c7cc788003655362e4e4fea9e2a4fe90b983f50');
INSERT INTO "audit_events" VALUES(27,'2026-11-05 12:00:00.123456',3,13,NULL,'ann','intent',NULL,'planned',NULL,'{"checksum": "ad93943dbce84d2c9656782777020ceae864174f31cb41c6bf848fda1695ba55", "items": 2}','dfd5566e960e20f137b81c5a5a3603aa26eb1325884ec059a62f4918a1a585c5');
INSERT INTO "audit_events" VALUES(28,'2026-11-05 12:00:00.123456',3,5,NULL,'ann','permit','planned','in_flight',NULL,'{"policy": "default", "send": 1}','9166e97ba3ec16a2f0793d60890029831fc49860fb473043352c700703070fc4');
INSERT INTO "audit_events" VALUES(29,'2026-11-05 12:00:00.123456',3,5,NULL,'paypal','accept','in_flight','accepted',NULL,'{"outcome": "accepted", "paypal_batch_id": "PAYPAL1", "send": 1}','4bcc5f55942db90335ab17bf8fa609f95551a35e03b4329a4dbc8e1c0a6c1e5c');
INSERT INTO "audit_events" VALUES(30,'2026-11-05 12:00:00.123456',3,6,NULL,'ann','permit','planned','in_flight',NULL,'{"policy": "default", "send": 1}','dc45d85cba7070f4c6ba35f26261bfd792fd2adea38c64ff5f75f82f7296f8c6');
INSERT INTO "audit_events" VALUES(31,'2026-11-05 12:00:00.123456',3,6,NULL,'paypal','accept','in_flight','accepted',NULL,'{"outcome": "accepted", "paypal_batch_id": "PAYPAL2", "send": 1}','0eae8c70360f3c92958b86703d2b30e73abfd78f66a71f2b822fbaf5859dca2b');
INSERT INTO "audit_events" VALUES(32,'2026-11-05 12:00:00.123456',3,7,NULL,'ann','permit','planned','in_flight',NULL,'{"policy": "default", "send": 1}','e78e5301a6c0050184944e5e88fd560a7f1da76444aab12b9438cbb5af92d204');
INSERT INTO "audit_events" VALUES(33,'2026-11-05 12:00:00.123456',3,7,NULL,'paypal','accept','in_flight','accepted',NULL,'{"outcome": "accepted", "paypal_batch_id": "PAYPAL3", "send": 1}','42946f1c76a6dd69942e5efe32105e93f946e873c61871f9683a506caba78d86');
INSERT INTO "audit_events" VALUES(34,'2026-11-05 12:00:00.123456',3,8,NULL,'ann','permit','planned','in_flight',NULL,'{"policy": "default", "send": 1}','f60be96009e32aecc2678508698e83b70a7cad5bd7ad4667c1ca2c17cbcd2c68');
INSERT INTO "audit_events" VALUES(35,'2026-11-05 12:00:00.123456',3,8,NULL,'paypal','accept','in_flight','accepted',NULL,'{"outcome": "accepted", "paypal_batch_id": "PAYPAL4", "send": 1}','95040b193be24a0323c44067305aad3b5b1c3585ec8a244fe8b5d9d3428cf229');
INSERT INTO "audit_events" VALUES(36,'2026-11-05 12:00:00.123456',3,5,NULL,'paypal','items_read',NULL,NULL,NULL,'{"items": {"abandoned": 1, "blocked": 1, "canceled": 1, "closed": 1, "denied": 1, "failed": 1, "onhold": 1, "pending": 1, "refunded": 1, "returned": 1, "reversed": 1, "success": 1, "unclaimed": 1, "unrecognized": 1}}','eb74c23ff55ab05af03a971f1298c7fdfd09fd9e8dad1e99dc8f0cda254c473c');
INSERT INTO "audit_events" VALUES(37,'2026-11-05 12:00:00.123456',3,5,NULL,'paypal','finish','accepted','done',NULL,'{"items_ended": 0, "word": "WORD"}','cce8652e82984841cce924dc7192bb1f1bdb1c0f6e88f49c5eaf526aa331000c');
INSERT INTO "audit_events" VALUES(38,'2026-11-05 12:00:00.123456',3,7,NULL,'paypal','deny','accepted','denied',NULL,'{"items_ended": 2, "word": "WORD"}','07788f72e3faf75067a4161fa35578445887511e02105cec8582eef1ad373fd3');
INSERT INTO "audit_events" VALUES(39,'2026-11-05 12:00:00.123456',3,8,NULL,'paypal','cancel','accepted','canceled',NULL,'{"items_ended": 2, "word": "WORD"}','720cc58215fe43283d88464386a740d0c5611715867d7eea551c9e79186b8f12');
INSERT INTO "audit_events" VALUES(40,'2026-11-05 12:00:00.123456',3,9,NULL,'ann','permit','planned','in_flight',NULL,'{"policy": "default", "send": 1}','5d0aa1587cb3ca8a7b1c8316d42e2d27059db990993c0618c6bf40d7c78fb2f2');
INSERT INTO "audit_events" VALUES(41,'2026-11-05 12:00:00.123456',3,9,NULL,'paypal','refuse','in_flight','refused','INSUFFICIENT_FUNDS: too little','{"outcome": "refused", "send": 1}','4eb37fb2986f14eedf6eaec51b3bf9f08d23a497e14ba7571d0a48e76a1104a4');
INSERT INTO "audit_events" VALUES(42,'2026-11-05 12:00:00.123456',3,10,NULL,'ann','permit','planned','in_flight',NULL,'{"policy": "default", "send": 1}','2c9e00c0501655b992b0e7a1320dc14851cd0e861e9faec642f5a089848ef894');
INSERT INTO "audit_events" VALUES(43,'2026-11-05 12:00:00.123456',3,10,NULL,'paypal','send_unknown','in_flight','in_flight','TIMEOUT: no answer','{"outcome": "unknown", "send": 1}','ff84599b4867ff428bfe8b64d155fa019d50ba06e934000e8467971d9789b21e');
INSERT INTO "audit_events" VALUES(44,'2026-11-05 12:00:00.123456',3,11,NULL,'ann','permit','planned','in_flight',NULL,'{"policy": "default", "send": 1}','52e747b42751de91cd00b9a266f34992d87051363f3a2c24e7d372cdae6c26c9');
INSERT INTO "audit_events" VALUES(45,'2026-11-05 12:00:00.123456',3,11,NULL,'paypal','send_unknown','in_flight','in_flight','TIMEOUT: no answer','{"outcome": "unknown", "send": 1}','245f3b5ae3b96856349e5aa6be7edb59b47784ba0a37a4d8747cc756b4668a57');
INSERT INTO "audit_events" VALUES(46,'2026-11-05 12:00:00.123456',3,11,NULL,'paypal','doubt','in_flight','review','cannot be compared','{"said": "\u2603 ''quoted''"}','e09ea7381911553ad423bb050d954859ff7defc518b6d59c7862c124fc4e7f99');
INSERT INTO "audit_events" VALUES(47,'2026-11-05 12:00:00.123456',3,12,NULL,'ann','abandon','planned','abandoned','given up by a person','{}','3dc879b4b02f9b95b3dab56f1c71cac0bf7b4f4d441eb21531f5650b8c6fbe34');
CREATE TABLE batch_seals (
	batch_id INTEGER NOT NULL, 
	rows_digest VARCHAR NOT NULL, 
	contents VARCHAR NOT NULL, 
	progress VARCHAR NOT NULL, 
	CONSTRAINT pk_batch_seals PRIMARY KEY (batch_id), 
	CONSTRAINT fk_batch_seals_batch_id FOREIGN KEY(batch_id) REFERENCES payout_batches (id)
);
INSERT INTO "batch_seals" VALUES(1,'d088a7409baa76964b936acfeb9528d80e5b399fb4b62a5ce7aa75054521da99','6825f248de830058b5a716472de6b545e0c226961350eba35599ef222c8e93fc','66b08286bc2c815075e4fb22c293f3aca7846ce9c9b61577f03683de5d69b395');
INSERT INTO "batch_seals" VALUES(2,'127557f172245aee9708ed0c0c5668c99156c80f8c2c23135f5a6c782d909919','13dd892c34e4f66706adf9abf28d0e3decee46e218fe06e31075d1793cb099d7','fc6df186504bf69a3da930558b7b0da358ecb03a9732c584b6d8ed6531716ca8');
INSERT INTO "batch_seals" VALUES(3,'4ba30f1983a09bdf0edd1d487f89bf75548f3b3b67fd0e7ebc8655794084de7e','ea638b0514528f0e67b557c590ffe9b8fd0b0ae48ac980c8d224d6b65c4c91c7','86e26697953f10bf2d33f8e48bf60738fb87e7f554cef921ba150ae8fbcc873c');
INSERT INTO "batch_seals" VALUES(4,'2310e0d205cf15bcff28c4db8054d2f39029a6baf7382508be3061f5afc7a4bb','102877332f7a7cd37ea97195d60527efcc6a704f8bc907f9b3f11650a25cd897','c79561f1e1e192e927d784d6bc74496ed6f53f0cee812a7fb227a184431aff53');
INSERT INTO "batch_seals" VALUES(5,'ba103f7c3353b72a8aab8264882019ced5ec9fe61f457c1f396cd367dc6ce54e','6fd1adff711427d8d4a78681ae9e99d79ef54b296ae80a089477f27a577b356d','b466c9ca1706e284da635f26d7ade79493dbf8f5c432a6c3c7a415a6580d1678');
INSERT INTO "batch_seals" VALUES(6,'525c5e0eb79de908e8e66c33c35e7e55f78e8e78190e1a15157a9978f78165ee','b9e104c9a6aaf989d2abbbdc63fcef66a2e28b2f8cc6e89243c8c48db7cedb86','22da1c3ad557b8e06ba4ce6c4c85a054724257c9b2704df4ced861f52e744b14');
INSERT INTO "batch_seals" VALUES(7,'92bcd2f7f1d03161839404f85b223470e0dbdb40807c09dc90d50b11aa22e603','2b7083cc72d4d6e502e0bea1cfd6da0ac3ba977699fe58e9f501e45566e19f4e','ffb4ceaed7569a9d910932fba7506f90e216a3e5eebaffc687629106b780e4eb');
INSERT INTO "batch_seals" VALUES(8,'265262375ec1471ed9dbfd87f51f47e6bcc39336d5b44bff44b1da77065794f6','abcdc65cffbf712d23453babc10ad4c4c868bed4745ad5e4f94212e0c7defb76','01f357ec3e6b78c89db97cdb1b5e7fbe29a4730877591416876f613a1debd635');
INSERT INTO "batch_seals" VALUES(9,'0e8506b639e8ffa63dd81dd68e044c6457ce83ff019cb15db8aa56fda8141efb','dd9b0e3e51715528958df35d47bc21681c810eee43175379a815b6101614ae5f','60ec20cb388f1abd4107ea4a81a290ff394099ada5c05e33a6cafb6f2f028092');
INSERT INTO "batch_seals" VALUES(10,'0c8d83f619ebae79dbffbbe350bd28b386baf4c174677565d6cf83b4c03a0a49','27d68b302be2ce3bf823e63ad163698c3bfcbb8c9c28e4d569d1910adede131d','4262319179d665b1588a0deb2bf83216902fa4038624b1636ab5633724a9eab8');
INSERT INTO "batch_seals" VALUES(11,'26f4e2fabd14533121faa76c27248ec3bdcbb25837a1fff6405d7e0391f627da','f64d946fd5cb5cada49ad312eb94f69d641427b3337faffdddfebad6eab31d8a','af088d721254892725768886b485c537067d46a5bfc8c6cb94be55b92c2c8e81');
INSERT INTO "batch_seals" VALUES(12,'fb98d0704cad4f14d12dc248af29af2ed275f3faacc284ff1ffb26e95343a64a','0e202086d98cf01f1161092d57028e438ec95f942609326a4b2ae43effe762ac','1f3b8e0841360e8d30919e10ded3144e06999ba6ab8bb68d6a64e6916c5a111a');
INSERT INTO "batch_seals" VALUES(13,'4ebeda6ef657c610c93cbd74347e7fab4543076fbbd48e03b7bd18e45589b941','4d753339b4f51266a8139c3cc991c40317df9c54d1b9f19b98d203dcccc54401','d52e6ceb02876ff1bda8b39386290f60c418cea4e5f9d6d15dc065c319926e67');
CREATE TABLE cycles (
	id INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_cycles PRIMARY KEY (id), 
	CONSTRAINT uq_cycles_name UNIQUE (name)
);
INSERT INTO "cycles" VALUES(1,'old','2026-07-08 12:00:00.123456');
INSERT INTO "cycles" VALUES(2,'open','2026-11-05 12:00:00.123456');
INSERT INTO "cycles" VALUES(3,'all','2026-11-05 12:00:00.123456');
CREATE TABLE item_counts (
	batch_id INTEGER NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	number INTEGER NOT NULL, 
	newest INTEGER NOT NULL, conflicts INTEGER DEFAULT '0' NOT NULL, open_conflicts INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_item_counts PRIMARY KEY (batch_id, state), 
	CONSTRAINT fk_item_counts_batch_id FOREIGN KEY(batch_id) REFERENCES payout_batches (id), 
	CONSTRAINT ck_item_counts_state CHECK (state = 'unsent' OR state = 'pending' OR state = 'success' OR state = 'failed' OR state = 'unclaimed' OR state = 'returned' OR state = 'onhold' OR state = 'blocked' OR state = 'refunded' OR state = 'reversed' OR state = 'denied' OR state = 'canceled' OR state = 'abandoned' OR state = 'closed' OR state = 'unrecognized')
);
INSERT INTO "item_counts" VALUES(1,'unsent',0,0,0,0);
INSERT INTO "item_counts" VALUES(1,'abandoned',1,1,0,0);
INSERT INTO "item_counts" VALUES(2,'unsent',0,0,0,0);
INSERT INTO "item_counts" VALUES(2,'failed',1,1,0,0);
INSERT INTO "item_counts" VALUES(2,'success',1,1,0,0);
INSERT INTO "item_counts" VALUES(3,'unsent',1,1,0,0);
INSERT INTO "item_counts" VALUES(4,'unsent',1,1,0,0);
INSERT INTO "item_counts" VALUES(5,'unsent',0,0,0,0);
INSERT INTO "item_counts" VALUES(6,'unsent',2,2,0,0);
INSERT INTO "item_counts" VALUES(7,'unsent',0,0,0,0);
INSERT INTO "item_counts" VALUES(8,'unsent',0,0,0,0);
INSERT INTO "item_counts" VALUES(9,'unsent',2,2,0,0);
INSERT INTO "item_counts" VALUES(10,'unsent',2,2,0,0);
INSERT INTO "item_counts" VALUES(11,'unsent',2,2,0,0);
INSERT INTO "item_counts" VALUES(12,'unsent',0,0,0,0);
INSERT INTO "item_counts" VALUES(13,'unsent',2,2,0,0);
INSERT INTO "item_counts" VALUES(5,'abandoned',1,1,0,0);
INSERT INTO "item_counts" VALUES(5,'blocked',1,1,0,0);
INSERT INTO "item_counts" VALUES(5,'canceled',1,1,0,0);
INSERT INTO "item_counts" VALUES(5,'closed',1,1,0,0);
INSERT INTO "item_counts" VALUES(5,'denied',1,1,0,0);
INSERT INTO "item_counts" VALUES(5,'failed',1,1,0,0);
INSERT INTO "item_counts" VALUES(5,'onhold',1,1,0,0);
INSERT INTO "item_counts" VALUES(5,'pending',1,1,0,0);
INSERT INTO "item_counts" VALUES(5,'refunded',1,1,0,0);
INSERT INTO "item_counts" VALUES(5,'returned',1,1,0,0);
INSERT INTO "item_counts" VALUES(5,'reversed',1,1,0,0);
INSERT INTO "item_counts" VALUES(5,'success',1,1,0,0);
INSERT INTO "item_counts" VALUES(5,'unclaimed',1,1,0,0);
INSERT INTO "item_counts" VALUES(5,'unrecognized',1,1,0,0);
INSERT INTO "item_counts" VALUES(7,'denied',2,2,0,0);
INSERT INTO "item_counts" VALUES(8,'canceled',2,2,0,0);
INSERT INTO "item_counts" VALUES(12,'abandoned',2,2,0,0);
CREATE TABLE "payout_batches" (
	id INTEGER NOT NULL, 
	batch VARCHAR NOT NULL, 
	cycle_id INTEGER NOT NULL, 
	sequence INTEGER NOT NULL, 
	attempt INTEGER NOT NULL, 
	sender_batch_id VARCHAR NOT NULL, 
	paypal_batch_id VARCHAR, 
	status VARCHAR(20) NOT NULL, 
	currency VARCHAR NOT NULL, 
	item_count INTEGER NOT NULL, 
	amount_minor BIGINT NOT NULL, 
	fees_minor BIGINT, 
	checksum VARCHAR NOT NULL, 
	created_at DATETIME NOT NULL, 
	first_sent_at DATETIME, 
	last_sent_at DATETIME, 
	completed_at DATETIME, 
	paypal_word VARCHAR, 
	retry_count INTEGER NOT NULL, 
	last_retry_at DATETIME, 
	last_retry_error VARCHAR, 
	source VARCHAR, 
	copy_allowed INTEGER DEFAULT '0' NOT NULL, 
	named_batch_id VARCHAR, 
	last_read_at DATETIME, 
	denied_through INTEGER, 
	refusal_send INTEGER, 
	refusal_code VARCHAR, 
	refusal_message VARCHAR, 
	refusal_class VARCHAR(20), 
	request BLOB NOT NULL, 
	CONSTRAINT pk_payout_batches PRIMARY KEY (id), 
	CONSTRAINT uq_payout_batches_batch UNIQUE (batch), 
	CONSTRAINT uq_payout_batches_sender_batch_id UNIQUE (sender_batch_id), 
	CONSTRAINT uq_payout_batches_paypal_batch_id UNIQUE (paypal_batch_id), 
	CONSTRAINT uq_payout_batches_cycle_id_sequence_attempt UNIQUE (cycle_id, sequence, attempt), 
	CONSTRAINT fk_payout_batches_cycle_id FOREIGN KEY(cycle_id) REFERENCES cycles (id), 
	CONSTRAINT ck_payout_batches_status CHECK (status = 'planned' OR status = 'in_flight' OR status = 'accepted' OR status = 'done' OR status = 'denied' OR status = 'canceled' OR status = 'refused' OR status = 'review' OR status = 'abandoned'), 
	CONSTRAINT ck_payout_batches_refusal_class CHECK (refusal_class = 'transient' OR refusal_class = 'rate_limited' OR refusal_class = 'auth' OR refusal_class = 'funds' OR refusal_class = 'sender' OR refusal_class = 'invalid_request' OR refusal_class = 'payee' OR refusal_class = 'duplicate' OR refusal_class = 'unknown'), 
	CONSTRAINT ck_payout_batches_item_count CHECK (item_count BETWEEN 1 AND 15000), 
	CONSTRAINT ck_payout_batches_amount_minor CHECK (amount_minor > 0)
);
INSERT INTO "payout_batches" VALUES(1,'old-0001-1',1,1,1,'main-sandbox-old-0001-1',NULL,'abandoned','USD',1,500,NULL,'f899418f1506e1e426359f52dfe430b03d402874c73815b2d808a30804010ef1','2026-07-08 12:00:00.123456',NULL,NULL,NULL,NULL,0,NULL,NULL,'input.csv',0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'');
INSERT INTO "payout_batches" VALUES(2,'open-0001-1',2,1,1,'main-sandbox-open-0001-1','HKJAYV7LUQ1HR','done','EUR',2,300,2,'0c4df5467ff9818e064bcf149b530d2bf19cf85981fb35889b16f2f9170ccb20','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.000000','SUCCESS',0,NULL,NULL,'input.csv',0,NULL,'2026-11-05 12:00:00.123456',NULL,NULL,NULL,NULL,NULL,X'7801958E310BC2301484FFCB9BDB923A76D2C141D0457012092FE91303CD4B48D3D252FADF4DC4C541D0F1EEB8FB6E819EB8A5201546FD900FC224A0593E6DD34203160D973D72ABDC543A4F5C0A21EAB286B50013C9F6D05C1708A48D37C451C6D953AAED4FBBC3118A1C9019F33820F376AA6842EB3B4A115A3770CC543D8440ACE7DCBB9C53346237E495BA122283DE6F334FBE5E61727FA3DED1749572EA5FF4E61B5AC17A5B9FB18C6B3D');
INSERT INTO "payout_batches" VALUES(3,'open-0002-1',2,2,1,'main-sandbox-open-0002-1',NULL,'in_flight','GBP',1,300,NULL,'77351253fbc536b9d56e40efffca7afbf3e4deba2e331f9a67e18149036d3117','2026-11-05 13:00:00.123456','2026-11-05 13:00:00.123456','2026-11-05 13:00:35.123456',NULL,NULL,3,'2026-11-05 13:00:35.123456','CONNECTION_LOST: the connection broke, or what came over it was not HTTP','input.csv',0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'7801558EC10AC2300C86DF25E77554BDEDA48288A0E05DA4646D6085352D5D3736C6DEDD56BC784CBEE4FFFE1506624351B59874A73AC23C40B3FEAFAD81061C5A1603B269FD2C7C201652CABDD8C156814DE406685E2B44D23658E2A4D21228BF5D1EA7DB1DAA02C84E251C34A6E35CD38C2EF494113A3F722A563DC648AC977C743D3F339AB01F4BCAA196B2887E6D8B4F7D5B69D8DEDB07AE6742C1');
INSERT INTO "payout_batches" VALUES(4,'open-0003-1',2,3,1,'main-sandbox-open-0003-1',NULL,'planned','USD',1,400,NULL,'6307ef8b4e0c91ff9c02b09cf3253f133c012b1f88b55deff040c98c3ae54d25','2026-11-05 13:00:00.123456',NULL,NULL,NULL,NULL,0,NULL,NULL,'input.csv',0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'7801558EC10AC2300C86DF25E77554F4B493821E043D89279192B58115D6AC74DDD8287B775BF1E231F992FFFB138CC486826A31EA4E7584798026FDAFAD81061C5A1623B26987450C9E584829F762075B0536921BA1792508A4ADB7C451C5D5537EBBDC4FD71B5405909D4B3818E4E352D382CEF79411BA61E258AC7A0A8158AFF9E8F9386734633F9594432D6511FDDA169FFAB632B0BDB70FB0D242D2');
INSERT INTO "payout_batches" VALUES(5,'all-0001-1',3,1,1,'main-sandbox-all-0001-1','PAYPAL1','done','USD',14,14000,75,'7d2543a5bf856ab99694a5dbad20132f58813af2451ab663816400be5c2412a7','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','WORD',0,NULL,NULL,NULL,0,NULL,'2026-11-05 12:00:00.123456',NULL,NULL,NULL,NULL,NULL,X'7801AB564A4A2C49CE50B252504ACCC9D135303030D43554D25150CA2C49CD2D060A1B9AD40200BBE109D3');
INSERT INTO "payout_batches" VALUES(6,'all-0002-1',3,2,1,'main-sandbox-all-0002-1','PAYPAL2','accepted','USD',2,2000,NULL,'a317618a879113d64d10e467fe53e85c584433294da8889be71834533282010a','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456',NULL,NULL,0,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'7801AB564A4A2C49CE50B252504ACCC9D135303030D23554D25150CA2C49CD2D060A1BD50200B26A09A1');
INSERT INTO "payout_batches" VALUES(7,'all-0003-1',3,3,1,'main-sandbox-all-0003-1','PAYPAL3','denied','USD',2,2000,75,'47002930e26f4c80bd9fcc2820292bca7605cf84ae8372c9a45e4baba2f568f4','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','WORD',0,NULL,NULL,NULL,0,NULL,'2026-11-05 12:00:00.123456',1,NULL,NULL,NULL,NULL,X'7801AB564A4A2C49CE50B252504ACCC9D135303030D63554D25150CA2C49CD2D060A1BD50200B27B09A2');
INSERT INTO "payout_batches" VALUES(8,'all-0004-1',3,4,1,'main-sandbox-all-0004-1','PAYPAL4','canceled','USD',2,2000,75,'4b006b12d094bba6d270577c36c4c112d9d44d9aab6ed126fdfc985b0bced954','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','WORD',0,NULL,NULL,NULL,0,NULL,'2026-11-05 12:00:00.123456',NULL,NULL,NULL,NULL,NULL,X'7801AB564A4A2C49CE50B252504ACCC9D135303030D13554D25150CA2C49CD2D060A1BD50200B28C09A3');
INSERT INTO "payout_batches" VALUES(9,'all-0005-1',3,5,1,'main-sandbox-all-0005-1',NULL,'refused','USD',2,2000,NULL,'f394599cca15c0f27eafc070e97aea5f72815783e0f5447725704b394c4b20a3','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456',NULL,NULL,0,NULL,'INSUFFICIENT_FUNDS: too little',NULL,0,NULL,NULL,NULL,1,'INSUFFICIENT_FUNDS','too little','funds',X'7801AB564A4A2C49CE50B252504ACCC9D135303030D53554D25150CA2C49CD2D060A1BD50200B29D09A4');
INSERT INTO "payout_batches" VALUES(10,'all-0006-1',3,6,1,'main-sandbox-all-0006-1',NULL,'in_flight','USD',2,2000,NULL,'6d3c9d14639559f7c28104401149b5701bffbc3e9b4aeb376c7b2fca924c615b','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456',NULL,NULL,0,NULL,'TIMEOUT: no answer',NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'7801AB564A4A2C49CE50B252504ACCC9D135303030D33554D25150CA2C49CD2D060A1BD50200B2AE09A5');
INSERT INTO "payout_batches" VALUES(11,'all-0007-1',3,7,1,'main-sandbox-all-0007-1',NULL,'review','USD',2,2000,NULL,'530e1646d5e9aa1d7aa2d386721a3c0b3d32ddc24761719246498307066ae8c9','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456',NULL,NULL,0,NULL,'TIMEOUT: no answer',NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'7801AB564A4A2C49CE50B252504ACCC9D135303030D73554D25150CA2C49CD2D060A1BD50200B2BF09A6');
INSERT INTO "payout_batches" VALUES(12,'all-0008-1',3,8,1,'main-sandbox-all-0008-1',NULL,'abandoned','USD',2,2000,NULL,'18e0f800ae484c3b7392ba498b132ddf15337f595739ec35b3155424d7a603eb','2026-11-05 12:00:00.123456',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'7801AB564A4A2C49CE50B252504ACCC9D1353030B0D03554D25150CA2C49CD2D060A1BD50200B2D009A7');
INSERT INTO "payout_batches" VALUES(13,'all-0009-1',3,9,1,'main-sandbox-all-0009-1',NULL,'planned','USD',2,2000,NULL,'ad93943dbce84d2c9656782777020ceae864174f31cb41c6bf848fda1695ba55','2026-11-05 12:00:00.123456',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'7801AB564A4A2C49CE50B252504ACCC9D1353030B0D43554D25150CA2C49CD2D060A1BD50200B2E109A8');
CREATE TABLE "payout_items" (
	id INTEGER NOT NULL, 
	cycle_id INTEGER NOT NULL, 
	batch_id INTEGER NOT NULL, 
	item_id VARCHAR(63) NOT NULL, 
	receiver VARCHAR NOT NULL, 
	recipient_type VARCHAR NOT NULL, 
	amount_minor BIGINT NOT NULL, 
	currency VARCHAR NOT NULL, 
	note VARCHAR, 
	purpose VARCHAR, 
	recipient_wallet VARCHAR, 
	language VARCHAR, 
	state VARCHAR(20) NOT NULL, 
	raw_state VARCHAR, 
	fee_minor BIGINT, 
	paypal_item_id VARCHAR, 
	transaction_id VARCHAR, 
	error_code VARCHAR, 
	error_message VARCHAR, 
	error_class VARCHAR(20), 
	live INTEGER NOT NULL, 
	newest INTEGER NOT NULL, 
	updated_at DATETIME NOT NULL, line INTEGER, payee_id VARCHAR, "conflict" VARCHAR, acknowledged INTEGER DEFAULT '0' NOT NULL, activity_id VARCHAR, time_processed VARCHAR, debited_minor BIGINT, debited_currency VARCHAR, exchange_rate VARCHAR, 
	CONSTRAINT pk_payout_items PRIMARY KEY (id), 
	CONSTRAINT uq_payout_items_batch_id_item_id UNIQUE (batch_id, item_id), 
	CONSTRAINT fk_payout_items_batch_id FOREIGN KEY(batch_id, cycle_id) REFERENCES payout_batches (id, cycle_id), 
	CONSTRAINT ck_payout_items_state CHECK (state = 'unsent' OR state = 'pending' OR state = 'success' OR state = 'failed' OR state = 'unclaimed' OR state = 'returned' OR state = 'onhold' OR state = 'blocked' OR state = 'refunded' OR state = 'reversed' OR state = 'denied' OR state = 'canceled' OR state = 'abandoned' OR state = 'closed' OR state = 'unrecognized'), 
	CONSTRAINT ck_payout_items_error_class CHECK (error_class = 'transient' OR error_class = 'rate_limited' OR error_class = 'auth' OR error_class = 'funds' OR error_class = 'sender' OR error_class = 'invalid_request' OR error_class = 'payee' OR error_class = 'duplicate' OR error_class = 'unknown'), 
	CONSTRAINT ck_payout_items_recipient_type CHECK (recipient_type = 'EMAIL' OR recipient_type = 'PHONE' OR recipient_type = 'PAYPAL_ID' OR recipient_type = 'USER_HANDLE'), 
	CONSTRAINT ck_payout_items_amount_minor CHECK (amount_minor > 0), 
	CONSTRAINT ck_payout_items_live CHECK (live IN (0, 1)), 
	CONSTRAINT ck_payout_items_newest CHECK (newest IN (0, 1))
);
INSERT INTO "payout_items" VALUES(1,2,2,'a','ann@x.example','EMAIL',100,'EUR',NULL,NULL,NULL,NULL,'success','SUCCESS',2,'21HTRTSRNF2WL','E9RUWSZB5GFF7ZZUA',NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',2,NULL,NULL,0,'9YRH5A7N62WWLC2J6','2026-11-05T12:00:00Z',NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(2,2,2,'b','fail.bob@x.example','EMAIL',200,'EUR',NULL,NULL,NULL,NULL,'failed','FAILED',0,'71W9G7VNE2M12',NULL,'RECEIVER_ACCOUNT_LOCKED','Receiver''s account is inactive or restricted.','payee',0,1,'2026-11-05 12:00:00.123456',3,NULL,NULL,0,NULL,'2026-11-05T12:00:00Z',NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(3,2,3,'c','cat@x.example','EMAIL',300,'GBP',NULL,NULL,NULL,NULL,'unsent',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,1,'2026-11-05 13:00:00.123456',4,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(4,2,4,'d','dan@x.example','EMAIL',400,'USD',NULL,NULL,NULL,NULL,'unsent',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,1,'2026-11-05 13:00:00.123456',5,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(5,3,5,'1-pending-''1''','1-pending-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'pending','PENDING',25,'ITEM-1-pending-''1''','TX-1-pending-''1''',NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(6,3,5,'1-success-''1''','1-success-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'success','SUCCESS',25,'ITEM-1-success-''1''','TX-1-success-''1''',NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(7,3,5,'1-failed-''1''','1-failed-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'failed','FAILED',25,'ITEM-1-failed-''1''','TX-1-failed-''1''',NULL,NULL,NULL,0,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(8,3,5,'1-unclaimed-''1''','1-unclaimed-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'unclaimed','UNCLAIMED',25,'ITEM-1-unclaimed-''1''','TX-1-unclaimed-''1''',NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(9,3,5,'1-returned-''1''','1-returned-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'returned','RETURNED',25,'ITEM-1-returned-''1''','TX-1-returned-''1''',NULL,NULL,NULL,0,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(10,3,5,'1-onhold-''1''','1-onhold-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'onhold','ONHOLD',25,'ITEM-1-onhold-''1''','TX-1-onhold-''1''',NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(11,3,5,'1-blocked-''1''','1-blocked-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'blocked','BLOCKED',25,'ITEM-1-blocked-''1''','TX-1-blocked-''1''',NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(12,3,5,'1-refunded-''1''','1-refunded-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'refunded','REFUNDED',25,'ITEM-1-refunded-''1''','TX-1-refunded-''1''',NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(13,3,5,'1-reversed-''1''','1-reversed-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'reversed','REVERSED',25,'ITEM-1-reversed-''1''','TX-1-reversed-''1''',NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(14,3,5,'1-denied-''1''','1-denied-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'denied','DENIED',25,'ITEM-1-denied-''1''','TX-1-denied-''1''',NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(15,3,5,'1-canceled-''1''','1-canceled-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'canceled','CANCELED',25,'ITEM-1-canceled-''1''','TX-1-canceled-''1''',NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(16,3,5,'1-abandoned-''1''','1-abandoned-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'abandoned','ABANDONED',25,'ITEM-1-abandoned-''1''','TX-1-abandoned-''1''',NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(17,3,5,'1-closed-''1''','1-closed-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'closed','CLOSED',25,'ITEM-1-closed-''1''','TX-1-closed-''1''',NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(18,3,5,'1-unrecognized-''1''','1-unrecognized-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'unrecognized','UNRECOGNIZED',25,'ITEM-1-unrecognized-''1''','TX-1-unrecognized-''1''',NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(19,3,6,'2-pending-''1''','2-pending-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'unsent',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(20,3,6,'2-success-''1''','2-success-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'unsent',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(21,3,7,'3-pending-''1''','3-pending-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'denied',NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(22,3,7,'3-success-''1''','3-success-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'denied',NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(23,3,8,'4-pending-''1''','4-pending-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'canceled',NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(24,3,8,'4-success-''1''','4-success-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'canceled',NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(25,3,9,'5-pending-''1''','5-pending-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'unsent',NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(26,3,9,'5-success-''1''','5-success-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'unsent',NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(27,3,10,'6-pending-''1''','6-pending-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'unsent',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(28,3,10,'6-success-''1''','6-success-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'unsent',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(29,3,11,'7-pending-''1''','7-pending-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'unsent',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(30,3,11,'7-success-''1''','7-success-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'unsent',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(31,3,12,'8-pending-''1''','8-pending-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'abandoned',NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(32,3,12,'8-success-''1''','8-success-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'abandoned',NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(33,3,13,'9-pending-''1''','9-pending-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'unsent',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(34,3,13,'9-success-''1''','9-success-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'unsent',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE processing_locks (
	"key" VARCHAR NOT NULL, 
	holder VARCHAR, 
	host VARCHAR, 
	pid INTEGER, 
	command VARCHAR, 
	directory_id VARCHAR, 
	fence BIGINT NOT NULL, 
	writes BIGINT NOT NULL, 
	acquired_at DATETIME, 
	expires_at DATETIME, 
	CONSTRAINT pk_processing_locks PRIMARY KEY ("key")
);
INSERT INTO "processing_locks" VALUES('old',NULL,NULL,NULL,NULL,NULL,3,3,NULL,NULL);
INSERT INTO "processing_locks" VALUES('open',NULL,NULL,NULL,NULL,NULL,2,14,NULL,NULL);
INSERT INTO "processing_locks" VALUES('all',NULL,NULL,NULL,NULL,NULL,1,21,NULL,NULL);
CREATE TABLE retry_attempts (
	id INTEGER NOT NULL, 
	batch_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	started_at DATETIME NOT NULL, 
	ended_at DATETIME, 
	outcome VARCHAR(20), 
	error_code VARCHAR, 
	error_message VARCHAR, 
	error_class VARCHAR(20), 
	http_status INTEGER, 
	debug_id VARCHAR, 
	delay_s FLOAT, 
	operator VARCHAR NOT NULL, 
	policy VARCHAR NOT NULL, 
	CONSTRAINT pk_retry_attempts PRIMARY KEY (id), 
	CONSTRAINT uq_retry_attempts_batch_id_number UNIQUE (batch_id, number), 
	CONSTRAINT fk_retry_attempts_batch_id FOREIGN KEY(batch_id) REFERENCES payout_batches (id), 
	CONSTRAINT ck_retry_attempts_outcome CHECK (outcome = 'accepted' OR outcome = 'duplicate' OR outcome = 'refused' OR outcome = 'unknown' OR outcome = 'not_sent'), 
	CONSTRAINT ck_retry_attempts_error_class CHECK (error_class = 'transient' OR error_class = 'rate_limited' OR error_class = 'auth' OR error_class = 'funds' OR error_class = 'sender' OR error_class = 'invalid_request' OR error_class = 'payee' OR error_class = 'duplicate' OR error_class = 'unknown')
);
INSERT INTO "retry_attempts" VALUES(1,2,1,'2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','accepted',NULL,NULL,NULL,201,'bkgz3saip0ttj',NULL,'tester','retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25');
INSERT INTO "retry_attempts" VALUES(2,3,1,'2026-11-05 13:00:00.123456','2026-11-05 13:00:00.123456','unknown','CONNECTION_LOST','the connection broke, or what came over it was not HTTP','transient',NULL,NULL,5.0,'tester','retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25');
INSERT INTO "retry_attempts" VALUES(3,3,2,'2026-11-05 13:00:05.123456','2026-11-05 13:00:05.123456','unknown','CONNECTION_LOST','the connection broke, or what came over it was not HTTP','transient',NULL,NULL,10.0,'tester','retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25');
INSERT INTO "retry_attempts" VALUES(4,3,3,'2026-11-05 13:00:15.123456','2026-11-05 13:00:15.123456','unknown','CONNECTION_LOST','the connection broke, or what came over it was not HTTP','transient',NULL,NULL,20.0,'tester','retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25');
INSERT INTO "retry_attempts" VALUES(5,3,4,'2026-11-05 13:00:35.123456','2026-11-05 13:00:35.123456','unknown','CONNECTION_LOST','the connection broke, or what came over it was not HTTP','transient',NULL,NULL,NULL,'tester','retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25');
INSERT INTO "retry_attempts" VALUES(6,5,1,'2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','accepted',NULL,NULL,NULL,201,'d0',NULL,'ann','default');
INSERT INTO "retry_attempts" VALUES(7,6,1,'2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','accepted',NULL,NULL,NULL,201,'d0',NULL,'ann','default');
INSERT INTO "retry_attempts" VALUES(8,7,1,'2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','accepted',NULL,NULL,NULL,201,'d0',NULL,'ann','default');
INSERT INTO "retry_attempts" VALUES(9,8,1,'2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','accepted',NULL,NULL,NULL,201,'d0',NULL,'ann','default');
INSERT INTO "retry_attempts" VALUES(10,9,1,'2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','refused','INSUFFICIENT_FUNDS','too little','funds',422,'d2',NULL,'ann','default');
INSERT INTO "retry_attempts" VALUES(11,10,1,'2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','unknown','TIMEOUT','no answer','transient',NULL,'d1',NULL,'ann','default');
INSERT INTO "retry_attempts" VALUES(12,11,1,'2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','unknown','TIMEOUT','no answer','transient',NULL,'d1',NULL,'ann','default');
CREATE TABLE settings (
	"key" VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	CONSTRAINT pk_settings PRIMARY KEY ("key")
);
INSERT INTO "settings" VALUES('needs_program','0.1.0');
INSERT INTO "settings" VALUES('environment','sandbox');
INSERT INTO "settings" VALUES('account','main');
INSERT INTO "settings" VALUES('seal','c3d76ed00f334302d09a99349b6c1cee135732a7fd408b668589d1321b9501fe');
CREATE INDEX ix_audit_events_batch_id ON audit_events (batch_id);
CREATE UNIQUE INDEX uq_payout_items_live ON payout_items (cycle_id, item_id) WHERE live = 1;
CREATE UNIQUE INDEX uq_payout_items_newest ON payout_items (cycle_id, item_id) WHERE newest = 1;
CREATE UNIQUE INDEX uq_payout_batches_id_cycle_id ON payout_batches (id, cycle_id);
CREATE INDEX ix_payout_batches_last_sent_at ON payout_batches (last_sent_at);
CREATE INDEX ix_payout_batches_created_at ON payout_batches (created_at);
CREATE INDEX ix_payout_items_conflict ON payout_items (cycle_id, item_id) WHERE conflict IS NOT NULL;
CREATE INDEX ix_audit_events_cycle_id_id ON audit_events (cycle_id, id);
CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events
    BEGIN SELECT RAISE(ABORT, 'the trail is never changed'); END;
CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events
    BEGIN SELECT RAISE(ABORT, 'the trail is never changed'); END;
CREATE INDEX ix_payout_items_payee ON payout_items (payee_id, id) WHERE payee_id IS NOT NULL;
CREATE INDEX ix_archived_items_payee ON archived_items (payee, batch_id) WHERE payee IS NOT NULL;
COMMIT;
