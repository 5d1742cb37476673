-- The private work database: what was landed (raw), what was read out of it (extracted), what was run (ops).
-- Written by load.py, extraction.py and runs.py alone; dbt reads raw, extracted and ops and writes the rest.

create schema if not exists raw;
create schema if not exists extracted;
create schema if not exists ops;

-- One row a complete shard that was loaded.
create table if not exists raw.loads (
    source varchar not null,
    shard varchar not null,
    run_id varchar not null,
    responses bigint not null,
    items bigint not null,
    loaded_at timestamptz not null,
    primary key (source, shard)
);

-- One row an authority of a source.
create table if not exists raw.authorities (
    source varchar not null,
    urn varchar not null,
    name varchar not null,
    url varchar not null,
    is_open boolean,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    primary key (source, urn)
);

-- One row an entry of an authority's timeline.
create table if not exists raw.report_entries (
    source varchar not null,
    urn varchar not null,
    file_key varchar not null,
    url varchar not null,
    label varchar not null,
    event_type varchar,
    event_date_text varchar,
    link_date_text varchar,
    published_text varchar,
    event_on date,
    published_on date,
    is_archived boolean not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    primary key (source, urn, file_key)
);

-- One row a version of a file that can be read (a report's PDF, a workbook).
create table if not exists raw.files (
    source varchar not null,
    file_key varchar not null,
    content_sha256 varchar not null,
    kind varchar not null,              -- report, statistics
    url varchar not null,
    title varchar,
    vintage date,
    media_type varchar,
    size_bytes bigint not null,
    is_latest boolean,                  -- the version that the address served last
    last_fetched_at timestamptz not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    primary key (source, file_key, content_sha256)
);

-- One row a dead letter. `resolved_at` is set when the same file was later landed whole.
create table if not exists raw.rejects (
    source varchar not null,
    file_key varchar not null,
    url varchar not null,
    reason varchar not null,
    detail varchar not null,
    content_sha256 varchar,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    resolved_at timestamptz,
    primary key (source, file_key, reason)
);

-- One row a thing on a page that was not understood. `resolved_at` is set by the next crawl that does not meet it.
create table if not exists raw.issues (
    source varchar not null,
    code varchar not null,
    url varchar not null,
    detail varchar not null,
    context varchar,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    resolved_at timestamptz,
    primary key (source, code, url, detail)
);

-- One row a row of Ofsted's workbook "Local authority inspection outcomes".
create table if not exists raw.official_outcomes (
    source varchar not null,
    content_sha256 varchar not null,
    dataset varchar not null,           -- current, in_year, history
    row_number integer not null,        -- line of the document's text
    vintage date not null,
    la_code varchar,
    la_name varchar not null,
    la_status varchar,
    inspection_type varchar,
    inspected_on date,
    published_on date,
    theme varchar,
    overall_effectiveness varchar,
    overall_effectiveness_status varchar not null,
    impact_of_leaders varchar,
    impact_of_leaders_status varchar not null,
    help_and_protection varchar,
    help_and_protection_status varchar not null,
    in_care varchar,
    in_care_status varchar not null,
    care_leavers varchar,
    care_leavers_status varchar not null,
    quote varchar not null,
    char_start integer not null,
    char_end integer not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    primary key (source, content_sha256, row_number)
);

-- One row a document's bytes and extractor: text, and whether it could be read.
create table if not exists extracted.documents (
    content_sha256 varchar not null,
    extractor varchar not null,         -- report, statistics
    extractor_version integer not null,
    status varchar not null,            -- ok, no_text, failed
    error varchar,
    text varchar,
    page_count integer,
    primary key (content_sha256, extractor)
);

-- One row an inspection, visit or review that a document reports on (`report_number` counts them from 1).
create table if not exists extracted.inspections (
    content_sha256 varchar not null,
    report_number integer not null,
    event_type varchar,
    framework varchar not null,
    theme varchar,
    authority varchar,                  -- as printed
    inspected_from date,
    inspected_to date,
    published_on date,
    lead_inspector varchar,
    overall_grade varchar,
    overall_grade_status varchar not null,
    dates_page_number integer,
    dates_quote varchar,
    dates_char_start integer,
    dates_char_end integer,
    primary key (content_sha256, report_number)
);

-- One row a judgement of an inspection, with the words that give it.
create table if not exists extracted.judgements (
    content_sha256 varchar not null,
    report_number integer not null,
    judgement varchar not null,
    grade varchar,
    grade_status varchar not null,
    page_number integer,
    quote varchar,
    char_start integer,
    char_end integer,
    primary key (content_sha256, report_number, judgement)
);

-- One row a thing in a document that was not understood.
create table if not exists extracted.issues (
    content_sha256 varchar not null,
    issue_number integer not null,
    code varchar not null,
    detail varchar not null,
    page_number integer,
    quote varchar,
    char_start integer,
    char_end integer,
    primary key (content_sha256, issue_number)
);

-- One row a run.
create table if not exists ops.runs (
    run_id varchar primary key,
    command varchar not null,
    profile varchar not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    outcome varchar not null,           -- running, published, nothing_new, done (one stage), gate_refused, source_failed, failed, interrupted
    exit_code integer,
    detail varchar
);

-- One row a source of a run.
create table if not exists ops.source_runs (
    run_id varchar not null,
    source varchar not null,
    started_at timestamptz,
    finished_at timestamptz,
    verdict varchar not null,           -- ok, failed
    reason varchar not null,
    requests bigint not null,
    fetched bigint not null,
    unchanged bigint not null,
    skipped bigint not null,
    failed bigint not null,
    new_documents bigint not null,
    rejected bigint not null,
    issues bigint not null,
    primary key (run_id, source)
);

-- One row an expectation of a run's quality gate.
create table if not exists ops.quality_results (
    run_id varchar not null,
    suite varchar not null,
    table_name varchar not null,
    expectation varchar not null,
    column_name varchar,
    description varchar not null,
    success boolean,                    -- NULL where the expectation itself raised an error
    observed varchar,
    unexpected_count bigint,
    error varchar,
    checked_at timestamptz not null,
    primary key (run_id, suite, description)
);
