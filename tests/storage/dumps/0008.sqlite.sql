BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0008');
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
INSERT INTO "audit_events" VALUES(1,'2026-11-05 12:00:00.123456',1,1,NULL,'tester','intent',NULL,'planned',NULL,'{"checksum": "0c4df5467ff9818e064bcf149b530d2bf19cf85981fb35889b16f2f9170ccb20", "items": 2}','9de8daa8bd9ff852fe249709ead67ecaa396d9d11aec4dd83bf729becf2918cc');
INSERT INTO "audit_events" VALUES(2,'2026-11-05 12:00:00.123456',1,1,NULL,'tester','permit','planned','in_flight',NULL,'{"policy": "retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25", "send": 1}','9e00c95c257b1c6e2bd90294ad66b3f33b761530d2420fd28a174259da405522');
INSERT INTO "audit_events" VALUES(3,'2026-11-05 12:00:00.123456',1,1,NULL,'paypal','accept','in_flight','accepted',NULL,'{"outcome": "accepted", "paypal_batch_id": "HKJAYV7LUQ1HR", "send": 1}','778236034af2a77c13da2a3da2fca964fe3075228b909080482a28f206180741');
INSERT INTO "audit_events" VALUES(4,'2026-11-05 12:00:00.123456',1,1,NULL,'paypal','items_read',NULL,NULL,NULL,'{"items": {"failed": 1, "success": 1}}','a864bee8c1df53cdd8ee17f154089e56fa5ad8605b0a7a3198bc72890b75d527');
INSERT INTO "audit_events" VALUES(5,'2026-11-05 12:00:00.123456',1,1,NULL,'paypal','finish','accepted','done',NULL,'{"items_ended": 0, "word": "SUCCESS"}','8f76fb859dfd89a195368900ee7cb59b951263155246024af7b8a4076ab9cebc');
INSERT INTO "audit_events" VALUES(6,'2026-11-05 13:00:00.123456',1,2,NULL,'tester','intent',NULL,'planned',NULL,'{"checksum": "77351253fbc536b9d56e40efffca7afbf3e4deba2e331f9a67e18149036d3117", "items": 1}','e422a6760beb30e6676d6a481eb59e0a52c3e2f0641184d822b710bd8f8d54cf');
INSERT INTO "audit_events" VALUES(7,'2026-11-05 13:00:00.123456',1,3,NULL,'tester','intent',NULL,'planned',NULL,'{"checksum": "6307ef8b4e0c91ff9c02b09cf3253f133c012b1f88b55deff040c98c3ae54d25", "items": 1}','910e6f1ab2e442559dcf3cc0e749bac2c19976a7e6505ccc7df024b6cd4506db');
INSERT INTO "audit_events" VALUES(8,'2026-11-05 13:00:00.123456',1,2,NULL,'tester','permit','planned','in_flight',NULL,'{"policy": "retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25", "send": 1}','e5b71bfa9ae434e7616d2e1be2c3d25577f9857cbb271d21e4f9fceaf871b757');
INSERT INTO "audit_events" VALUES(9,'2026-11-05 13:00:00.123456',1,2,NULL,'paypal','send_unknown','in_flight','in_flight','CONNECTION_LOST: the connection broke, or what came over it was not HTTP','{"outcome": "unknown", "send": 1}','17b21fdb25c2bcfefc86bc34af5d03cd5a673d9fa50adee26034914104895316');
INSERT INTO "audit_events" VALUES(10,'2026-11-05 13:00:05.123456',1,2,NULL,'tester','permit','in_flight','in_flight',NULL,'{"policy": "retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25", "send": 2}','877b825b46a827ec7bf347fc3196c7d215ab5ad3ae0a139e3e7035629cff79ad');
INSERT INTO "audit_events" VALUES(11,'2026-11-05 13:00:05.123456',1,2,NULL,'paypal','send_unknown','in_flight','in_flight','CONNECTION_LOST: the connection broke, or what came over it was not HTTP','{"outcome": "unknown", "send": 2}','1ce33cd3a9a587dd401a129889256b40788248cc01766af749fc87d8cc22aa6d');
INSERT INTO "audit_events" VALUES(12,'2026-11-05 13:00:15.123456',1,2,NULL,'tester','permit','in_flight','in_flight',NULL,'{"policy": "retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25", "send": 3}','753d95bb80eda9d59b4a536299d706f1d51c2584ac17518d276f84594914a0bc');
INSERT INTO "audit_events" VALUES(13,'2026-11-05 13:00:15.123456',1,2,NULL,'paypal','send_unknown','in_flight','in_flight','CONNECTION_LOST: the connection broke, or what came over it was not HTTP','{"outcome": "unknown", "send": 3}','62f630fdb4a8db732ce3b1932eb0de865a384d8c6d3bf73bd0c495193c28bf87');
INSERT INTO "audit_events" VALUES(14,'2026-11-05 13:00:35.123456',1,2,NULL,'tester','permit','in_flight','in_flight',NULL,'{"policy": "retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25", "send": 4}','5bbe80057890334f1f766fb3bd8de96dc69a7b56ff65bb5987105ad1a41acbdd');
INSERT INTO "audit_events" VALUES(15,'2026-11-05 13:00:35.123456',1,2,NULL,'paypal','send_unknown','in_flight','in_flight','CONNECTION_LOST: the connection broke, or what came over it was not HTTP','{"outcome": "unknown", "send": 4}','978603971ff029daaae0bbc8b34ed240af2bfd8b594303c33011f57ff3cf270a');
INSERT INTO "audit_events" VALUES(16,'2026-11-05 12:00:00.123456',2,4,NULL,'ann','intent',NULL,'planned',NULL,'{"checksum": "7d2543a5bf856ab99694a5dbad20132f58813af2451ab663816400be5c2412a7", "items": 14}','e8c3651f1668f93aed35ee0fdb3bb2c4da8efb5993309dc54d09cc4bf7aca8f8');
INSERT INTO "audit_events" VALUES(17,'2026-11-05 12:00:00.123456',2,5,NULL,'ann','intent',NULL,'planned',NULL,'{"checksum": "a317618a879113d64d10e467fe53e85c584433294da8889be71834533282010a", "items": 2}','d62f9539eac18a6af1544b0ef11e452f4c37a21d5ed8d84f9c69ca60b732626a');
INSERT INTO "audit_events" VALUES(18,'2026-11-05 12:00:00.123456',2,6,NULL,'ann','intent',NULL,'planned',NULL,'{"checksum": "47002930e26f4c80bd9fcc2820292bca7605cf84ae8372c9a45e4baba2f568f4", "items": 2}','37a219e27d8625688f8a14a79a82ba0a6b46788e1d9dc37533cc1321a02696df');
INSERT INTO "audit_events" VALUES(19,'2026-11-05 12:00:00.123456',2,7,NULL,'ann','intent',NULL,'planned',NULL,'{"checksum": "4b006b12d094bba6d270577c36c4c112d9d44d9aab6ed126fdfc985b0bced954", "items": 2}','7c6186763060673e773d2a5184c820aa1e641bfdefb458b826efdd30dd8d25e3');
INSERT INTO "audit_events" VALUES(20,'2026-11-05 12:00:00.123456',2,8,NULL,'ann','intent',NULL,'planned',NULL,'{"checksum": "f394599cca15c0f27eafc070e97aea5f72815783e0f5447725704b394c4b20a3", "items": 2}','0747ec6301540cd1b3d6e053ae963f069764f8b940a23c54f1f3ffb773436be6');
INSERT INTO "audit_events" VALUES(21,'2026-11-05 12:00:00.123456',2,9,NULL,'ann','intent',NULL,'planned',NULL,'{"checksum": "6d3c9d14639559f7c28104401149b5701bffbc3e9b4aeb376c7b2fca924c615b", "items": 2}','4474d54ec5699608deb3e817d9c495a0cf67b593f0c5d2840db3f55276e8957d');
INSERT INTO "audit_events" VALUES(22,'2026-11-05 12:00:00.123456',2,10,NULL,'ann','intent',NULL,'planned',NULL,'{"checksum": "530e1646d5e9aa1d7aa2d386721a3c0b3d32ddc24761719246498307066ae8c9", "items": 2}','1970f09aa05eaf248e474ce0f7ef1baaa106be115e326349de6a5033b5cafee1');
INSERT INTO "audit_events" VALUES(23,'2026-11-05 12:00:00.123456',2,11,NULL,'ann','intent',NULL,'planned',NULL,'{"checksum": "18e0f800ae484c3b7392ba498b132ddf15337f595739ec35b3155424d7a603eb", "items": 2}','fa718ec3eae7de7a317d849295bb9dd0932f600a9f37971f643acef7ed612ee9');
INSERT INTO "audit_events" VALUES(24,'2026-11-05 12:00:00.123456',2,12,NULL,'ann','intent',NULL,'planned',NULL,'{"checksum": "ad93943dbce84d2c9656782777020ceae864174f31cb41c6bf848fda1695ba55", "items": 2}','1622a0d31dc63d4c2f9c833083ced4e2a42876563e56ea46b70af9a18dd4dee3');
INSERT INTO "audit_events" VALUES(25,'2026-11-05 12:00:00.123456',2,4,NULL,'ann','permit','planned','in_flight',NULL,'{"policy": "default", "send": 1}','9ed03a56b5d7fb0892a7933e514b5be8430718c66085cf6457015cbbd69d4043');
INSERT INTO "audit_events" VALUES(26,'2026-11-05 12:00:00.123456',2,4,NULL,'paypal','accept','in_flight','accepted',NULL,'{"outcome": "accepted", "paypal_batch_id": "PAYPAL1", "send": 1}','69a268aae4ea140137d5e1e6ae6ed244d2b8f0fef2cd489c92b1435cdfac5a32');
INSERT INTO "audit_events" VALUES(27,'2026-11-05 12:00:00.123456',2,5,NULL,'ann','permit','planned','in_flight',NULL,'{"policy": "default", "send": 1}','3c55146184277258eded5c7f45cf9837e73184817c51eb5da578d60e91872fd6');
INSERT INTO "audit_events" VALUES(28,'2026-11-05 12:00:00.123456',2,5,NULL,'paypal','accept','in_flight','accepted',NULL,'{"outcome": "accepted", "paypal_batch_id": "PAYPAL2", "send": 1}','05131b908733a589da0bc3bf59dbb4ad24f3c368a7eea99534732a577fadf309');
INSERT INTO "audit_events" VALUES(29,'2026-11-05 12:00:00.123456',2,6,NULL,'ann','permit','planned','in_flight',NULL,'{"policy": "default", "send": 1}','fa97543b69831a8dd525c0ff442f5632082972a0d2249cd752d881749a6a5324');
INSERT INTO "audit_events" VALUES(30,'2026-11-05 12:00:00.123456',2,6,NULL,'paypal','accept','in_flight','accepted',NULL,'{"outcome": "accepted", "paypal_batch_id": "PAYPAL3", "send": 1}','9b251f3af50d14f0a8563d08dfa5c27c8df6cbfdcef23b7e4e19864cda3e20ee');
INSERT INTO "audit_events" VALUES(31,'2026-11-05 12:00:00.123456',2,7,NULL,'ann','permit','planned','in_flight',NULL,'{"policy": "default", "send": 1}','de49cef9529f80a023ff9762c1c81c53b0aa8f175ee64cc0bc60b64e6e27085c');
INSERT INTO "audit_events" VALUES(32,'2026-11-05 12:00:00.123456',2,7,NULL,'paypal','accept','in_flight','accepted',NULL,'{"outcome": "accepted", "paypal_batch_id": "PAYPAL4", "send": 1}','2cea7e76f86fb6da2123d3c43d225ee5ec53acac76ad88ed9ce7e9a9da4bbb61');
INSERT INTO "audit_events" VALUES(33,'2026-11-05 12:00:00.123456',2,4,NULL,'paypal','items_read',NULL,NULL,NULL,'{"items": {"abandoned": 1, "blocked": 1, "canceled": 1, "closed": 1, "denied": 1, "failed": 1, "onhold": 1, "pending": 1, "refunded": 1, "returned": 1, "reversed": 1, "success": 1, "unclaimed": 1, "unrecognized": 1}}','d59fb2f29727acb63853e89722688b1c61e949c2781a36d6acbbd98b68d7b1f5');
INSERT INTO "audit_events" VALUES(34,'2026-11-05 12:00:00.123456',2,4,NULL,'paypal','finish','accepted','done',NULL,'{"items_ended": 0, "word": "WORD"}','61fd1eb6e48a0f0e56a480767358c3081fa15995f87d8d9050c569f8bc5c607c');
INSERT INTO "audit_events" VALUES(35,'2026-11-05 12:00:00.123456',2,6,NULL,'paypal','deny','accepted','denied',NULL,'{"items_ended": 2, "word": "WORD"}','15c6f035626267838df076b6863b06aaccfc4368b4199ebabe4335896cc06174');
INSERT INTO "audit_events" VALUES(36,'2026-11-05 12:00:00.123456',2,7,NULL,'paypal','cancel','accepted','canceled',NULL,'{"items_ended": 2, "word": "WORD"}','5f25fff3d0b7125705661a8740652e0d16b5b4aae2d35535ab87ee1b2d1b0487');
INSERT INTO "audit_events" VALUES(37,'2026-11-05 12:00:00.123456',2,8,NULL,'ann','permit','planned','in_flight',NULL,'{"policy": "default", "send": 1}','0d620b8890028a75e87770267e9a9023719e45f68f872925d75bef97bd08e7ee');
INSERT INTO "audit_events" VALUES(38,'2026-11-05 12:00:00.123456',2,8,NULL,'paypal','refuse','in_flight','refused','INSUFFICIENT_FUNDS: too little','{"outcome": "refused", "send": 1}','ec5595450f8ef0f50fffdb75427fba86f65f885c247eea75338b1da99a6fbc0f');
INSERT INTO "audit_events" VALUES(39,'2026-11-05 12:00:00.123456',2,9,NULL,'ann','permit','planned','in_flight',NULL,'{"policy": "default", "send": 1}','2e947ebbb4826b771a4169d63fba2d1419783220bb78508ab4f79779f031fa6a');
INSERT INTO "audit_events" VALUES(40,'2026-11-05 12:00:00.123456',2,9,NULL,'paypal','send_unknown','in_flight','in_flight','TIMEOUT: no answer','{"outcome": "unknown", "send": 1}','d35cdaa83402ab06eae1524ab696e177d4a4283e401842dae2492bcdc148af3c');
INSERT INTO "audit_events" VALUES(41,'2026-11-05 12:00:00.123456',2,10,NULL,'ann','permit','planned','in_flight',NULL,'{"policy": "default", "send": 1}','5b849a3aa8852cb89552b365a2305cd1fd62b7bf285e38257fb13a7d2c792cc8');
INSERT INTO "audit_events" VALUES(42,'2026-11-05 12:00:00.123456',2,10,NULL,'paypal','send_unknown','in_flight','in_flight','TIMEOUT: no answer','{"outcome": "unknown", "send": 1}','3b797a32b6419030238492936f9f8cee496708676fb3e41653ff2654082db748');
INSERT INTO "audit_events" VALUES(43,'2026-11-05 12:00:00.123456',2,10,NULL,'paypal','doubt','in_flight','review','cannot be compared','{"said": "\u2603 ''quoted''"}','e18400c2548be155228eaa7a433e48a439c043e58770ecde9ae8d057cfea6c81');
INSERT INTO "audit_events" VALUES(44,'2026-11-05 12:00:00.123456',2,11,NULL,'ann','abandon','planned','abandoned','given up by a person','{}','3389a543d1e9ad7cc0f2f0a36bdb918e2a9e95c250a6827357df4fa3d6bb16f2');
CREATE TABLE batch_seals (
	batch_id INTEGER NOT NULL, 
	rows_digest VARCHAR NOT NULL, 
	contents VARCHAR NOT NULL, 
	progress VARCHAR NOT NULL, 
	CONSTRAINT pk_batch_seals PRIMARY KEY (batch_id), 
	CONSTRAINT fk_batch_seals_batch_id FOREIGN KEY(batch_id) REFERENCES payout_batches (id)
);
INSERT INTO "batch_seals" VALUES(1,'127557f172245aee9708ed0c0c5668c99156c80f8c2c23135f5a6c782d909919','e09fcff2a72d7e1684df99be2f93c0737346eac7b6fea554b636c7a2fb38ab8a','fc6df186504bf69a3da930558b7b0da358ecb03a9732c584b6d8ed6531716ca8');
INSERT INTO "batch_seals" VALUES(2,'4ba30f1983a09bdf0edd1d487f89bf75548f3b3b67fd0e7ebc8655794084de7e','4b5b3ea0c9422ed64e326625f007fdfa4c6b236c77be3c54a3fd85239b227746','86e26697953f10bf2d33f8e48bf60738fb87e7f554cef921ba150ae8fbcc873c');
INSERT INTO "batch_seals" VALUES(3,'2310e0d205cf15bcff28c4db8054d2f39029a6baf7382508be3061f5afc7a4bb','cd8a76a76fddc84a3361fffd3b23bfa75a9a2830ca3165a46eec2eda9556d04a','c79561f1e1e192e927d784d6bc74496ed6f53f0cee812a7fb227a184431aff53');
INSERT INTO "batch_seals" VALUES(4,'ba103f7c3353b72a8aab8264882019ced5ec9fe61f457c1f396cd367dc6ce54e','32d38445c3573e08051036b9ea3b2176ec71f317f0f5036ba3a12b0d2b359f1e','b466c9ca1706e284da635f26d7ade79493dbf8f5c432a6c3c7a415a6580d1678');
INSERT INTO "batch_seals" VALUES(5,'525c5e0eb79de908e8e66c33c35e7e55f78e8e78190e1a15157a9978f78165ee','79a7d6f90f247738b4ec71c39917ca5c1e71b591b4fb7836ae64eac6071ecf03','22da1c3ad557b8e06ba4ce6c4c85a054724257c9b2704df4ced861f52e744b14');
INSERT INTO "batch_seals" VALUES(6,'92bcd2f7f1d03161839404f85b223470e0dbdb40807c09dc90d50b11aa22e603','aef597d17fa648811ac0a5ac1975dad30e15ae65b9d2b594e573ecf25e90cdf1','ffb4ceaed7569a9d910932fba7506f90e216a3e5eebaffc687629106b780e4eb');
INSERT INTO "batch_seals" VALUES(7,'265262375ec1471ed9dbfd87f51f47e6bcc39336d5b44bff44b1da77065794f6','72fed1c00cfca657221cd93cabf81b5be1640e90a7d0b2dac63f5cad9f8c297e','01f357ec3e6b78c89db97cdb1b5e7fbe29a4730877591416876f613a1debd635');
INSERT INTO "batch_seals" VALUES(8,'0e8506b639e8ffa63dd81dd68e044c6457ce83ff019cb15db8aa56fda8141efb','a39176c0613949cab1f7b12ada01d77b3d9d70037d7d9b1f3dfc13b134fd8f79','60ec20cb388f1abd4107ea4a81a290ff394099ada5c05e33a6cafb6f2f028092');
INSERT INTO "batch_seals" VALUES(9,'0c8d83f619ebae79dbffbbe350bd28b386baf4c174677565d6cf83b4c03a0a49','f064f4ad5f867e6ce606fc8d8cb3ad21189d7cf46e3a9320d504ae61572b3544','4262319179d665b1588a0deb2bf83216902fa4038624b1636ab5633724a9eab8');
INSERT INTO "batch_seals" VALUES(10,'26f4e2fabd14533121faa76c27248ec3bdcbb25837a1fff6405d7e0391f627da','a39986c6da9145c0b73a9deed4e50a1b2837e9f336f44168d1f508e3a90c3689','af088d721254892725768886b485c537067d46a5bfc8c6cb94be55b92c2c8e81');
INSERT INTO "batch_seals" VALUES(11,'fb98d0704cad4f14d12dc248af29af2ed275f3faacc284ff1ffb26e95343a64a','5eeab64d24a57cdf352a1362b710c66b3e1f1b661050e8e1d191aa5b75e9d5dd','1f3b8e0841360e8d30919e10ded3144e06999ba6ab8bb68d6a64e6916c5a111a');
INSERT INTO "batch_seals" VALUES(12,'4ebeda6ef657c610c93cbd74347e7fab4543076fbbd48e03b7bd18e45589b941','e3f88d03caae77915496fd90ade54e1ff72394858d095131efe6fd922dfece26','d52e6ceb02876ff1bda8b39386290f60c418cea4e5f9d6d15dc065c319926e67');
CREATE TABLE cycles (
	id INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_cycles PRIMARY KEY (id), 
	CONSTRAINT uq_cycles_name UNIQUE (name)
);
INSERT INTO "cycles" VALUES(1,'open','2026-11-05 12:00:00.123456');
INSERT INTO "cycles" VALUES(2,'all','2026-11-05 12:00:00.123456');
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
INSERT INTO "item_counts" VALUES(1,'failed',1,1,0,0);
INSERT INTO "item_counts" VALUES(1,'success',1,1,0,0);
INSERT INTO "item_counts" VALUES(2,'unsent',1,1,0,0);
INSERT INTO "item_counts" VALUES(3,'unsent',1,1,0,0);
INSERT INTO "item_counts" VALUES(4,'unsent',0,0,0,0);
INSERT INTO "item_counts" VALUES(5,'unsent',2,2,0,0);
INSERT INTO "item_counts" VALUES(6,'unsent',0,0,0,0);
INSERT INTO "item_counts" VALUES(7,'unsent',0,0,0,0);
INSERT INTO "item_counts" VALUES(8,'unsent',2,2,0,0);
INSERT INTO "item_counts" VALUES(9,'unsent',2,2,0,0);
INSERT INTO "item_counts" VALUES(10,'unsent',2,2,0,0);
INSERT INTO "item_counts" VALUES(11,'unsent',0,0,0,0);
INSERT INTO "item_counts" VALUES(12,'unsent',2,2,0,0);
INSERT INTO "item_counts" VALUES(4,'abandoned',1,1,0,0);
INSERT INTO "item_counts" VALUES(4,'blocked',1,1,0,0);
INSERT INTO "item_counts" VALUES(4,'canceled',1,1,0,0);
INSERT INTO "item_counts" VALUES(4,'closed',1,1,0,0);
INSERT INTO "item_counts" VALUES(4,'denied',1,1,0,0);
INSERT INTO "item_counts" VALUES(4,'failed',1,1,0,0);
INSERT INTO "item_counts" VALUES(4,'onhold',1,1,0,0);
INSERT INTO "item_counts" VALUES(4,'pending',1,1,0,0);
INSERT INTO "item_counts" VALUES(4,'refunded',1,1,0,0);
INSERT INTO "item_counts" VALUES(4,'returned',1,1,0,0);
INSERT INTO "item_counts" VALUES(4,'reversed',1,1,0,0);
INSERT INTO "item_counts" VALUES(4,'success',1,1,0,0);
INSERT INTO "item_counts" VALUES(4,'unclaimed',1,1,0,0);
INSERT INTO "item_counts" VALUES(4,'unrecognized',1,1,0,0);
INSERT INTO "item_counts" VALUES(6,'denied',2,2,0,0);
INSERT INTO "item_counts" VALUES(7,'canceled',2,2,0,0);
INSERT INTO "item_counts" VALUES(11,'abandoned',2,2,0,0);
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
INSERT INTO "payout_batches" VALUES(1,'open-0001-1',1,1,1,'main-sandbox-open-0001-1','HKJAYV7LUQ1HR','done','EUR',2,300,2,'0c4df5467ff9818e064bcf149b530d2bf19cf85981fb35889b16f2f9170ccb20','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.000000','SUCCESS',0,NULL,NULL,'input.csv',0,NULL,'2026-11-05 12:00:00.123456',NULL,NULL,NULL,NULL,NULL,X'7801958E310BC2301484FFCB9BDB923A76D2C141D0457012092FE91303CD4B48D3D252FADF4DC4C541D0F1EEB8FB6E819EB8A5201546FD900FC224A0593E6DD34203160D973D72ABDC543A4F5C0A21EAB286B50013C9F6D05C1708A48D37C451C6D953AAED4FBBC3118A1C9019F33820F376AA6842EB3B4A115A3770CC543D8440ACE7DCBB9C53346237E495BA122283DE6F334FBE5E61727FA3DED1749572EA5FF4E61B5AC17A5B9FB18C6B3D');
INSERT INTO "payout_batches" VALUES(2,'open-0002-1',1,2,1,'main-sandbox-open-0002-1',NULL,'in_flight','GBP',1,300,NULL,'77351253fbc536b9d56e40efffca7afbf3e4deba2e331f9a67e18149036d3117','2026-11-05 13:00:00.123456','2026-11-05 13:00:00.123456','2026-11-05 13:00:35.123456',NULL,NULL,3,'2026-11-05 13:00:35.123456','CONNECTION_LOST: the connection broke, or what came over it was not HTTP','input.csv',0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'7801558EC10AC2300C86DF25E77554BDEDA48288A0E05DA4646D6085352D5D3736C6DEDD56BC784CBEE4FFFE1506624351B59874A73AC23C40B3FEAFAD81061C5A1603B269FD2C7C201652CABDD8C156814DE406685E2B44D23658E2A4D21228BF5D1EA7DB1DAA02C84E251C34A6E35CD38C2EF494113A3F722A563DC648AC977C743D3F339AB01F4BCAA196B2887E6D8B4F7D5B69D8DEDB07AE6742C1');
INSERT INTO "payout_batches" VALUES(3,'open-0003-1',1,3,1,'main-sandbox-open-0003-1',NULL,'planned','USD',1,400,NULL,'6307ef8b4e0c91ff9c02b09cf3253f133c012b1f88b55deff040c98c3ae54d25','2026-11-05 13:00:00.123456',NULL,NULL,NULL,NULL,0,NULL,NULL,'input.csv',0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'7801558EC10AC2300C86DF25E77554F4B493821E043D89279192B58115D6AC74DDD8287B775BF1E231F992FFFB138CC486826A31EA4E7584798026FDAFAD81061C5A1623B26987450C9E584829F762075B0536921BA1792508A4ADB7C451C5D5537EBBDC4FD71B5405909D4B3818E4E352D382CEF79411BA61E258AC7A0A8158AFF9E8F9386734633F9594432D6511FDDA169FFAB632B0BDB70FB0D242D2');
INSERT INTO "payout_batches" VALUES(4,'all-0001-1',2,1,1,'main-sandbox-all-0001-1','PAYPAL1','done','USD',14,14000,75,'7d2543a5bf856ab99694a5dbad20132f58813af2451ab663816400be5c2412a7','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','WORD',0,NULL,NULL,NULL,0,NULL,'2026-11-05 12:00:00.123456',NULL,NULL,NULL,NULL,NULL,X'7801AB564A4A2C49CE50B252504ACCC9D135303030D43554D25150CA2C49CD2D060A1B9AD40200BBE109D3');
INSERT INTO "payout_batches" VALUES(5,'all-0002-1',2,2,1,'main-sandbox-all-0002-1','PAYPAL2','accepted','USD',2,2000,NULL,'a317618a879113d64d10e467fe53e85c584433294da8889be71834533282010a','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456',NULL,NULL,0,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'7801AB564A4A2C49CE50B252504ACCC9D135303030D23554D25150CA2C49CD2D060A1BD50200B26A09A1');
INSERT INTO "payout_batches" VALUES(6,'all-0003-1',2,3,1,'main-sandbox-all-0003-1','PAYPAL3','denied','USD',2,2000,75,'47002930e26f4c80bd9fcc2820292bca7605cf84ae8372c9a45e4baba2f568f4','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','WORD',0,NULL,NULL,NULL,0,NULL,'2026-11-05 12:00:00.123456',1,NULL,NULL,NULL,NULL,X'7801AB564A4A2C49CE50B252504ACCC9D135303030D63554D25150CA2C49CD2D060A1BD50200B27B09A2');
INSERT INTO "payout_batches" VALUES(7,'all-0004-1',2,4,1,'main-sandbox-all-0004-1','PAYPAL4','canceled','USD',2,2000,75,'4b006b12d094bba6d270577c36c4c112d9d44d9aab6ed126fdfc985b0bced954','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','WORD',0,NULL,NULL,NULL,0,NULL,'2026-11-05 12:00:00.123456',NULL,NULL,NULL,NULL,NULL,X'7801AB564A4A2C49CE50B252504ACCC9D135303030D13554D25150CA2C49CD2D060A1BD50200B28C09A3');
INSERT INTO "payout_batches" VALUES(8,'all-0005-1',2,5,1,'main-sandbox-all-0005-1',NULL,'refused','USD',2,2000,NULL,'f394599cca15c0f27eafc070e97aea5f72815783e0f5447725704b394c4b20a3','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456',NULL,NULL,0,NULL,'INSUFFICIENT_FUNDS: too little',NULL,0,NULL,NULL,NULL,1,'INSUFFICIENT_FUNDS','too little','funds',X'7801AB564A4A2C49CE50B252504ACCC9D135303030D53554D25150CA2C49CD2D060A1BD50200B29D09A4');
INSERT INTO "payout_batches" VALUES(9,'all-0006-1',2,6,1,'main-sandbox-all-0006-1',NULL,'in_flight','USD',2,2000,NULL,'6d3c9d14639559f7c28104401149b5701bffbc3e9b4aeb376c7b2fca924c615b','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456',NULL,NULL,0,NULL,'TIMEOUT: no answer',NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'7801AB564A4A2C49CE50B252504ACCC9D135303030D33554D25150CA2C49CD2D060A1BD50200B2AE09A5');
INSERT INTO "payout_batches" VALUES(10,'all-0007-1',2,7,1,'main-sandbox-all-0007-1',NULL,'review','USD',2,2000,NULL,'530e1646d5e9aa1d7aa2d386721a3c0b3d32ddc24761719246498307066ae8c9','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456',NULL,NULL,0,NULL,'TIMEOUT: no answer',NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'7801AB564A4A2C49CE50B252504ACCC9D135303030D73554D25150CA2C49CD2D060A1BD50200B2BF09A6');
INSERT INTO "payout_batches" VALUES(11,'all-0008-1',2,8,1,'main-sandbox-all-0008-1',NULL,'abandoned','USD',2,2000,NULL,'18e0f800ae484c3b7392ba498b132ddf15337f595739ec35b3155424d7a603eb','2026-11-05 12:00:00.123456',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'7801AB564A4A2C49CE50B252504ACCC9D1353030B0D03554D25150CA2C49CD2D060A1BD50200B2D009A7');
INSERT INTO "payout_batches" VALUES(12,'all-0009-1',2,9,1,'main-sandbox-all-0009-1',NULL,'planned','USD',2,2000,NULL,'ad93943dbce84d2c9656782777020ceae864174f31cb41c6bf848fda1695ba55','2026-11-05 12:00:00.123456',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'7801AB564A4A2C49CE50B252504ACCC9D1353030B0D43554D25150CA2C49CD2D060A1BD50200B2E109A8');
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
INSERT INTO "payout_items" VALUES(1,1,1,'a','ann@x.example','EMAIL',100,'EUR',NULL,NULL,NULL,NULL,'success','SUCCESS',2,'21HTRTSRNF2WL','E9RUWSZB5GFF7ZZUA',NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',2,NULL,NULL,0,'9YRH5A7N62WWLC2J6','2026-11-05T12:00:00Z',NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(2,1,1,'b','fail.bob@x.example','EMAIL',200,'EUR',NULL,NULL,NULL,NULL,'failed','FAILED',0,'71W9G7VNE2M12',NULL,'RECEIVER_ACCOUNT_LOCKED','Receiver''s account is inactive or restricted.','payee',0,1,'2026-11-05 12:00:00.123456',3,NULL,NULL,0,NULL,'2026-11-05T12:00:00Z',NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(3,1,2,'c','cat@x.example','EMAIL',300,'GBP',NULL,NULL,NULL,NULL,'unsent',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,1,'2026-11-05 13:00:00.123456',4,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(4,1,3,'d','dan@x.example','EMAIL',400,'USD',NULL,NULL,NULL,NULL,'unsent',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,1,'2026-11-05 13:00:00.123456',5,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(5,2,4,'1-pending-''1''','1-pending-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'pending','PENDING',25,'ITEM-1-pending-''1''','TX-1-pending-''1''',NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(6,2,4,'1-success-''1''','1-success-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'success','SUCCESS',25,'ITEM-1-success-''1''','TX-1-success-''1''',NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(7,2,4,'1-failed-''1''','1-failed-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'failed','FAILED',25,'ITEM-1-failed-''1''','TX-1-failed-''1''',NULL,NULL,NULL,0,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(8,2,4,'1-unclaimed-''1''','1-unclaimed-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'unclaimed','UNCLAIMED',25,'ITEM-1-unclaimed-''1''','TX-1-unclaimed-''1''',NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(9,2,4,'1-returned-''1''','1-returned-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'returned','RETURNED',25,'ITEM-1-returned-''1''','TX-1-returned-''1''',NULL,NULL,NULL,0,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(10,2,4,'1-onhold-''1''','1-onhold-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'onhold','ONHOLD',25,'ITEM-1-onhold-''1''','TX-1-onhold-''1''',NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(11,2,4,'1-blocked-''1''','1-blocked-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'blocked','BLOCKED',25,'ITEM-1-blocked-''1''','TX-1-blocked-''1''',NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(12,2,4,'1-refunded-''1''','1-refunded-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'refunded','REFUNDED',25,'ITEM-1-refunded-''1''','TX-1-refunded-''1''',NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(13,2,4,'1-reversed-''1''','1-reversed-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'reversed','REVERSED',25,'ITEM-1-reversed-''1''','TX-1-reversed-''1''',NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(14,2,4,'1-denied-''1''','1-denied-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'denied','DENIED',25,'ITEM-1-denied-''1''','TX-1-denied-''1''',NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(15,2,4,'1-canceled-''1''','1-canceled-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'canceled','CANCELED',25,'ITEM-1-canceled-''1''','TX-1-canceled-''1''',NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(16,2,4,'1-abandoned-''1''','1-abandoned-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'abandoned','ABANDONED',25,'ITEM-1-abandoned-''1''','TX-1-abandoned-''1''',NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(17,2,4,'1-closed-''1''','1-closed-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'closed','CLOSED',25,'ITEM-1-closed-''1''','TX-1-closed-''1''',NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(18,2,4,'1-unrecognized-''1''','1-unrecognized-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'unrecognized','UNRECOGNIZED',25,'ITEM-1-unrecognized-''1''','TX-1-unrecognized-''1''',NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(19,2,5,'2-pending-''1''','2-pending-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'unsent',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(20,2,5,'2-success-''1''','2-success-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'unsent',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(21,2,6,'3-pending-''1''','3-pending-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'denied',NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(22,2,6,'3-success-''1''','3-success-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'denied',NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(23,2,7,'4-pending-''1''','4-pending-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'canceled',NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(24,2,7,'4-success-''1''','4-success-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'canceled',NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(25,2,8,'5-pending-''1''','5-pending-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'unsent',NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(26,2,8,'5-success-''1''','5-success-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'unsent',NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(27,2,9,'6-pending-''1''','6-pending-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'unsent',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(28,2,9,'6-success-''1''','6-success-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'unsent',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(29,2,10,'7-pending-''1''','7-pending-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'unsent',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(30,2,10,'7-success-''1''','7-success-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'unsent',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(31,2,11,'8-pending-''1''','8-pending-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'abandoned',NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(32,2,11,'8-success-''1''','8-success-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'abandoned',NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(33,2,12,'9-pending-''1''','9-pending-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'unsent',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "payout_items" VALUES(34,2,12,'9-success-''1''','9-success-''1''@example.com','EMAIL',1000,'USD','thanks',NULL,NULL,NULL,'unsent',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,1,'2026-11-05 12:00:00.123456',8,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL);
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
INSERT INTO "retry_attempts" VALUES(1,1,1,'2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','accepted',NULL,NULL,NULL,201,'pi9hx0jlo6pqt',NULL,'tester','retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25');
INSERT INTO "retry_attempts" VALUES(2,2,1,'2026-11-05 13:00:00.123456','2026-11-05 13:00:00.123456','unknown','CONNECTION_LOST','the connection broke, or what came over it was not HTTP','transient',NULL,NULL,5.0,'tester','retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25');
INSERT INTO "retry_attempts" VALUES(3,2,2,'2026-11-05 13:00:05.123456','2026-11-05 13:00:05.123456','unknown','CONNECTION_LOST','the connection broke, or what came over it was not HTTP','transient',NULL,NULL,10.0,'tester','retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25');
INSERT INTO "retry_attempts" VALUES(4,2,3,'2026-11-05 13:00:15.123456','2026-11-05 13:00:15.123456','unknown','CONNECTION_LOST','the connection broke, or what came over it was not HTTP','transient',NULL,NULL,20.0,'tester','retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25');
INSERT INTO "retry_attempts" VALUES(5,2,4,'2026-11-05 13:00:35.123456','2026-11-05 13:00:35.123456','unknown','CONNECTION_LOST','the connection broke, or what came over it was not HTTP','transient',NULL,NULL,NULL,'tester','retry: max_retries=3 base_delay_s=5 max_delay_s=300 max_age_days=25');
INSERT INTO "retry_attempts" VALUES(6,4,1,'2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','accepted',NULL,NULL,NULL,201,'d0',NULL,'ann','default');
INSERT INTO "retry_attempts" VALUES(7,5,1,'2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','accepted',NULL,NULL,NULL,201,'d0',NULL,'ann','default');
INSERT INTO "retry_attempts" VALUES(8,6,1,'2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','accepted',NULL,NULL,NULL,201,'d0',NULL,'ann','default');
INSERT INTO "retry_attempts" VALUES(9,7,1,'2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','accepted',NULL,NULL,NULL,201,'d0',NULL,'ann','default');
INSERT INTO "retry_attempts" VALUES(10,8,1,'2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','refused','INSUFFICIENT_FUNDS','too little','funds',422,'d2',NULL,'ann','default');
INSERT INTO "retry_attempts" VALUES(11,9,1,'2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','unknown','TIMEOUT','no answer','transient',NULL,'d1',NULL,'ann','default');
INSERT INTO "retry_attempts" VALUES(12,10,1,'2026-11-05 12:00:00.123456','2026-11-05 12:00:00.123456','unknown','TIMEOUT','no answer','transient',NULL,'d1',NULL,'ann','default');
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
COMMIT;
