-- The demo schema: a small help-desk product with one tenant in each database.

-- The product's own.
CREATE TABLE configuration_flag (
    name   VARCHAR(80) PRIMARY KEY,
    value  TEXT NOT NULL,
    secret TEXT
);
CREATE TABLE messaging_channel (
    id       INTEGER PRIMARY KEY,
    kind     VARCHAR(20) NOT NULL,
    endpoint TEXT NOT NULL,
    sender   VARCHAR(239),
    password TEXT
);
CREATE TABLE messaging_template (
    id   INTEGER PRIMARY KEY,
    name VARCHAR(80) NOT NULL,
    body TEXT NOT NULL
);
CREATE TABLE company_info (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    name   TEXT NOT NULL,
    banner TEXT
);
CREATE TABLE licence (
    serial  VARCHAR(40) PRIMARY KEY,
    owner   TEXT NOT NULL,
    seats   INTEGER NOT NULL,
    expires TEXT NOT NULL
);
CREATE TABLE scheduled_task (
    id           INTEGER PRIMARY KEY,
    name         VARCHAR(80) NOT NULL UNIQUE,
    enabled      INTEGER NOT NULL,
    locked_by    VARCHAR(80),
    locked_until TEXT,
    next_run     TEXT
);

-- Who may do what.
CREATE TABLE app_user (
    id            INTEGER PRIMARY KEY,
    login         VARCHAR(80) NOT NULL UNIQUE,
    full_name     VARCHAR(120) NOT NULL,
    email         VARCHAR(239) NOT NULL,
    password_hash VARCHAR(120),
    api_key       VARCHAR(80),
    active        INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE user_role (
    user_id INTEGER NOT NULL REFERENCES app_user (id),
    role    VARCHAR(40) NOT NULL,
    PRIMARY KEY (user_id, role)
) WITHOUT ROWID;
CREATE TABLE user_plan (
    user_id INTEGER PRIMARY KEY REFERENCES app_user (id),
    plan    VARCHAR(40) NOT NULL
);
CREATE TABLE user_session (
    token   VARCHAR(80) PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES app_user (id),
    opened  TEXT NOT NULL
);
CREATE TABLE system_user (
    name       VARCHAR(80) PRIMARY KEY,
    token_hash VARCHAR(120) NOT NULL
);
CREATE TABLE database_login (
    name        VARCHAR(80) PRIMARY KEY,
    secret_hash VARCHAR(120) NOT NULL
);
CREATE TABLE database_grant (
    login     VARCHAR(80) NOT NULL,
    object    VARCHAR(80) NOT NULL,
    privilege VARCHAR(20) NOT NULL,
    PRIMARY KEY (login, object, privilege)
);
CREATE TABLE app_authorization (
    app               VARCHAR(80) PRIMARY KEY,
    system_user_token VARCHAR(120) NOT NULL,
    granted           TEXT NOT NULL
);
CREATE TABLE webhook (
    id          INTEGER PRIMARY KEY,
    url         TEXT NOT NULL,
    signing_key VARCHAR(120) NOT NULL
);
CREATE TABLE mailbox (
    id      INTEGER PRIMARY KEY,
    address VARCHAR(239) NOT NULL UNIQUE,
    name    VARCHAR(80)
);
CREATE TABLE inbound_mail (
    id       INTEGER PRIMARY KEY,
    sender   VARCHAR(239) NOT NULL,
    subject  TEXT NOT NULL
);

-- Business.
CREATE TABLE company (
    id    INTEGER PRIMARY KEY,
    name  VARCHAR(120) NOT NULL,
    email VARCHAR(239),
    notes TEXT
);
CREATE TABLE person (
    id            INTEGER PRIMARY KEY,
    company_id    INTEGER NOT NULL REFERENCES company (id),
    name          VARCHAR(120) NOT NULL,
    email         VARCHAR(239) UNIQUE,
    email_private VARCHAR(64),
    notes         TEXT
);
CREATE TABLE ticket (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER REFERENCES person (id),
    agent_id  INTEGER REFERENCES app_user (id),
    reporter  VARCHAR(239),
    subject   VARCHAR(200) NOT NULL,
    body      TEXT,
    hours     REAL,
    opened    TEXT NOT NULL
);
CREATE TABLE document_template (
    id       INTEGER PRIMARY KEY,
    name     VARCHAR(80) NOT NULL,
    blob_key VARCHAR(200) NOT NULL
);
CREATE TABLE document (
    id          INTEGER PRIMARY KEY,
    ticket_id   INTEGER REFERENCES ticket (id),
    title       VARCHAR(200) NOT NULL,
    description TEXT,
    preview     BLOB,
    blob_key    VARCHAR(200)
);
CREATE TABLE package (
    id       INTEGER PRIMARY KEY,
    name     VARCHAR(80) NOT NULL,
    version  VARCHAR(20) NOT NULL,
    blob_key VARCHAR(200) NOT NULL
);

CREATE INDEX person_company ON person (company_id);
CREATE INDEX ticket_person ON ticket (person_id);
CREATE INDEX document_ticket ON document (ticket_id);
CREATE VIEW open_ticket AS SELECT t.id, t.subject, p.name FROM ticket t LEFT JOIN person p ON p.id = t.person_id;
CREATE TRIGGER ticket_opened AFTER INSERT ON ticket WHEN new.opened = '' BEGIN
    UPDATE ticket SET opened = datetime('now') WHERE id = new.id;
END;
