BEGIN TRANSACTION;
CREATE TABLE "alarms" (
   "asset" TEXT,
   "condition" TEXT,
   "state" TEXT NOT NULL,
   "severity" TEXT NOT NULL,
   "since" REAL NOT NULL,
   "updated" REAL NOT NULL,
   "data" TEXT NOT NULL,
   PRIMARY KEY ("asset", "condition")
) STRICT;
INSERT INTO "alarms" VALUES('pump','hot','acknowledged','high',1.0,2.0,'{"value":92}');
CREATE TABLE "announcements" (
   "plugin" TEXT,
   "topic" TEXT,
   "payload" BLOB NOT NULL,
   "updated" REAL NOT NULL,
   PRIMARY KEY ("plugin", "topic")
) STRICT;
INSERT INTO "announcements" VALUES('homeassistant','homeassistant/light/a/config',X'7B7D',1700000000.0);
CREATE TABLE "audit" (
   "id" INTEGER PRIMARY KEY,
   "time" REAL NOT NULL,
   "device" TEXT NOT NULL,
   "action" TEXT NOT NULL,
   "data" TEXT NOT NULL
) STRICT;
INSERT INTO "audit" VALUES(1,1.0,'light.a','turn_on','{}');
CREATE TABLE "commands" (
   "key" TEXT PRIMARY KEY,
   "finished" REAL NOT NULL,
   "reply" TEXT NOT NULL
, lost TEXT) STRICT;
INSERT INTO "commands" VALUES('key-1',1700000004.0,'{"text":"done"}',NULL);
CREATE TABLE "dead_letters" (
   "id" INTEGER PRIMARY KEY,
   "topic" TEXT NOT NULL,
   "payload" BLOB NOT NULL,
   "qos" INTEGER NOT NULL,
   "retain" INTEGER NOT NULL,
   "arrived" REAL NOT NULL,
   "response_topic" TEXT,
   "correlation" BLOB,
   "duplicate" INTEGER NOT NULL,
   "buried" REAL NOT NULL,
   "reason" TEXT NOT NULL,
   "bytes" INTEGER NOT NULL
, link TEXT NOT NULL DEFAULT 'broker', expires_at REAL) STRICT;
INSERT INTO "dead_letters" VALUES(2,'bad',X'7B',1,0,1700000002.0,NULL,NULL,0,1700000003.0,'no JSON',1,'broker',NULL);
CREATE TABLE episodes (
            episode TEXT PRIMARY KEY,
            asset TEXT NOT NULL,
            class TEXT NOT NULL,
            started REAL NOT NULL,
            ended REAL NOT NULL,
            severity TEXT NOT NULL,
            signature BLOB NOT NULL,
            data TEXT NOT NULL,
            helped TEXT NOT NULL
        ) STRICT
        ;
INSERT INTO "episodes" VALUES('pump1-20260101T080000Z','pump1','pump',1767254400.0,1767256200.0,'warning',X'00010203','{"name":"Feed pump","fault":"bearing wear","features":[]}','New bearing');
CREATE TABLE "inbox" (
   "id" INTEGER PRIMARY KEY,
   "topic" TEXT NOT NULL,
   "payload" BLOB NOT NULL,
   "qos" INTEGER NOT NULL,
   "retain" INTEGER NOT NULL,
   "arrived" REAL NOT NULL,
   "response_topic" TEXT,
   "correlation" BLOB,
   "duplicate" INTEGER NOT NULL
, link TEXT NOT NULL DEFAULT 'broker', expires_at REAL) STRICT;
INSERT INTO "inbox" VALUES(5,'home/a',X'00FF',1,0,1700000001.5,'answer',X'01',0,'broker',NULL);
CREATE TABLE "lane_counts" (
   "link" TEXT,
   "lane" INTEGER,
   "rows" INTEGER NOT NULL,
   "bytes" INTEGER NOT NULL,
   PRIMARY KEY ("link", "lane")
) STRICT;
INSERT INTO "lane_counts" VALUES('broker',0,1,11);
INSERT INTO "lane_counts" VALUES('broker',1,1,13);
CREATE TABLE "ledger" (
   "link" TEXT,
   "lane" TEXT,
   "topic" TEXT,
   "reason" TEXT,
   "day" INTEGER,
   "count" INTEGER NOT NULL,
   "bytes" INTEGER NOT NULL,
   "first" REAL NOT NULL,
   "last" REAL NOT NULL,
   "at" REAL NOT NULL,
   "detail" TEXT NOT NULL,
   "change" INTEGER NOT NULL,
   PRIMARY KEY ("link", "lane", "topic", "reason", "day")
) STRICT;
INSERT INTO "ledger" VALUES('broker','commands','shutter','expired',19675,3,30,1700000000.0,1700000006.0,1700000006.0,'',1);
CREATE TABLE orders (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            created REAL NOT NULL,
            kind TEXT NOT NULL,
            state TEXT NOT NULL,
            acted REAL,
            data TEXT NOT NULL
        ) STRICT
        ;
INSERT INTO "orders" VALUES(1,1700000000.0,'order','on',NULL,'{"text":"when it is dark"}');
CREATE TABLE outbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            link TEXT NOT NULL,
            lane INTEGER NOT NULL,
            topic TEXT NOT NULL,
            payload BLOB NOT NULL,
            qos INTEGER NOT NULL,
            retain INTEGER NOT NULL,
            created REAL NOT NULL,
            expires_at REAL,
            response_topic TEXT,
            correlation BLOB,
            command TEXT,
            attempts INTEGER NOT NULL DEFAULT 0
        , boot TEXT, uptime REAL, trusted INTEGER NOT NULL DEFAULT 0, lasts REAL, once INTEGER NOT NULL DEFAULT 0, merged INTEGER NOT NULL DEFAULT 1, rule TEXT) STRICT
        ;
INSERT INTO "outbox" VALUES(7,'broker',0,'light/set',X'4F4E',1,0,1700000004.0,1700009999.0,NULL,NULL,'key-1',2,NULL,NULL,0,NULL,0,1,NULL);
INSERT INTO "outbox" VALUES(8,'broker',1,'alarms/pump',X'7B7D',1,1,1700000005.0,NULL,NULL,NULL,NULL,0,NULL,NULL,0,NULL,0,1,NULL);
CREATE TABLE "reports" (
   "id" INTEGER PRIMARY KEY,
   "created" REAL NOT NULL,
   "asset" TEXT NOT NULL,
   "title" TEXT NOT NULL,
   "text" TEXT NOT NULL,
   "data" TEXT NOT NULL
) STRICT;
INSERT INTO "reports" VALUES(1,1.0,'pump','Hot','The pump is hot.','{}');
CREATE TABLE samples (
                series INTEGER NOT NULL,
                time REAL NOT NULL,
                value REAL NOT NULL,
                PRIMARY KEY (series, time)
            ) STRICT, WITHOUT ROWID
            ;
INSERT INTO "samples" VALUES(1,1700000000.0,21.5);
CREATE TABLE "schedule" (
   "id" INTEGER PRIMARY KEY,
   "due" REAL NOT NULL,
   "kind" TEXT NOT NULL,
   "text" TEXT NOT NULL,
   "data" TEXT NOT NULL,
   "created" REAL NOT NULL,
   "state" TEXT NOT NULL
, boot TEXT, uptime REAL) STRICT;
INSERT INTO "schedule" VALUES(1,1700009999.0,'ask','lights off','{}',1.0,'waiting',NULL,NULL);
INSERT INTO "schedule" VALUES(2,1700000600.0,'ask','tea','{}',1700000000.0,'waiting','boot-1',700.0);
CREATE TABLE "schema" (
   "id" INTEGER PRIMARY KEY,
   "version" INTEGER NOT NULL,
   "created" REAL NOT NULL,
   "migrated" REAL NOT NULL,
   "opened" INTEGER NOT NULL
) STRICT;
INSERT INTO "schema" VALUES(1,7,1700000000.0,1767225600.0,0);
CREATE TABLE "series" (
   "id" INTEGER PRIMARY KEY,
   "name" TEXT NOT NULL
) STRICT;
INSERT INTO "series" VALUES(1,'sensor.a');
CREATE TABLE "snapshots" (
   "name" TEXT PRIMARY KEY,
   "data" TEXT NOT NULL,
   "updated" REAL NOT NULL
) STRICT;
INSERT INTO "snapshots" VALUES('presence','{"a":1}',1700000000.0);
CREATE TABLE "states" (
   "entity_id" TEXT PRIMARY KEY,
   "value" TEXT,
   "attributes" TEXT NOT NULL,
   "available" INTEGER NOT NULL,
   "changed" REAL NOT NULL,
   "updated" REAL NOT NULL
) STRICT;
INSERT INTO "states" VALUES('light.a','on','{"brightness":12}',1,1700000000.0,1700000001.0);
CREATE TABLE texts (
                series INTEGER NOT NULL,
                time REAL NOT NULL,
                value TEXT NOT NULL,
                PRIMARY KEY (series, time)
            ) STRICT, WITHOUT ROWID
            ;
INSERT INTO "texts" VALUES(1,1700000000.0,'open');
CREATE INDEX "outbox_order"
    ON "outbox" ("link", "lane", "id");
CREATE INDEX outbox_expiry ON outbox (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX "commands_finished"
    ON "commands" ("finished");
CREATE UNIQUE INDEX "series_name"
    ON "series" ("name");
CREATE INDEX "reports_created"
    ON "reports" ("created");
CREATE INDEX "audit_time"
    ON "audit" ("time");
CREATE INDEX "schedule_due"
    ON "schedule" ("state", "due");
CREATE INDEX outbox_lasting ON outbox (boot, uptime + lasts) WHERE lasts IS NOT NULL;
CREATE INDEX outbox_topic ON outbox (topic, link, lane);
CREATE TRIGGER outbox_put AFTER INSERT ON outbox BEGIN INSERT INTO lane_counts (link, lane, rows, bytes) VALUES (new.link, new.lane, 1, 1 * (length(new.payload) + length(new.topic))) ON CONFLICT (link, lane) DO UPDATE SET rows = rows + excluded.rows, bytes = bytes + excluded.bytes; END;
CREATE TRIGGER outbox_gone AFTER DELETE ON outbox BEGIN INSERT INTO lane_counts (link, lane, rows, bytes) VALUES (old.link, old.lane, -1, -1 * (length(old.payload) + length(old.topic))) ON CONFLICT (link, lane) DO UPDATE SET rows = rows + excluded.rows, bytes = bytes + excluded.bytes; END;
CREATE TRIGGER outbox_moved_from AFTER UPDATE OF lane, link, topic, payload ON outbox BEGIN INSERT INTO lane_counts (link, lane, rows, bytes) VALUES (old.link, old.lane, -1, -1 * (length(old.payload) + length(old.topic))) ON CONFLICT (link, lane) DO UPDATE SET rows = rows + excluded.rows, bytes = bytes + excluded.bytes; END;
CREATE TRIGGER outbox_moved_to AFTER UPDATE OF lane, link, topic, payload ON outbox BEGIN INSERT INTO lane_counts (link, lane, rows, bytes) VALUES (new.link, new.lane, 1, 1 * (length(new.payload) + length(new.topic))) ON CONFLICT (link, lane) DO UPDATE SET rows = rows + excluded.rows, bytes = bytes + excluded.bytes; END;
CREATE INDEX "ledger_change"
    ON "ledger" ("change");
CREATE INDEX "ledger_at"
    ON "ledger" ("at");
CREATE INDEX episodes_class ON episodes (class);
CREATE INDEX episodes_ended ON episodes (ended);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('outbox',8);
INSERT INTO "sqlite_sequence" VALUES('orders',1);
COMMIT;
