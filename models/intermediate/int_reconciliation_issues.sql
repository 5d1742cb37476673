with

reports as (

    select * from {{ ref('int_report_inspections') }}

),

outcomes as (

    select * from {{ ref('int_official_outcomes') }}

),

authorities as (

    select * from {{ ref('stg_local_authorities') }}

),

unresolved_authority as (

    select
        source,
        'unresolved_authority' as code,
        'no authority of the register has URN ' || coalesce(urn, '(none)') || ' or is printed as '
        || coalesce(printed_authority, '(nothing)')
        || ': add the URN or the name to seeds/local_authorities.csv' as detail,
        report_url as url,
        document_id,
        la_code,
        dates_quote as quote,
        dates_page_number as page_number,
        dates_char_start as char_start,
        dates_char_end as char_end,
        first_seen_at
    from reports
    where la_code is null

),

authority_mismatch as (

    select
        reports.source,
        'authority_mismatch' as code,
        'listed under ' || listed.la_name || ' (' || listed.la_code || '), which is kept; the report prints '
        || reports.printed_authority || ' (' || reports.printed_la_code || ')' as detail,
        reports.report_url as url,
        reports.document_id,
        reports.la_code,
        reports.dates_quote as quote,
        reports.dates_page_number as page_number,
        reports.dates_char_start as char_start,
        reports.dates_char_end as char_end,
        reports.first_seen_at
    from reports
    inner join authorities as listed
        on reports.la_code = listed.la_code
    where reports.printed_la_code != reports.la_code

),

event_type_disagreement as (

    select
        source,
        case when read_event_type is null then 'unknown_event' else 'event_type_disagreement' end as code,
        'the site calls it ' || coalesce(site_label, '(not listed)') || ' (' || coalesce(site_event_type, 'unknown')
        || '), the document itself ' || coalesce(read_event_type, 'unknown') || '; kept as ' || event_type as detail,
        report_url as url,
        document_id,
        la_code,
        dates_quote as quote,
        dates_page_number as page_number,
        dates_char_start as char_start,
        dates_char_end as char_end,
        first_seen_at
    from reports
    where
        (read_event_type is null and site_event_type is null)
        or (
            -- A review of the safeguarding board can follow in the PDF of an inspection, under the label of that.
            report_number = 1
            and {{ event_family('read_event_type') }} != {{ event_family('site_event_type') }}
        )

),

official_disagreement as (

    select
        documents.source,
        'official_disagreement' as code,
        ratings.judgement || ' of the inspection of ' || coalesce(cast(ratings.rated_on as varchar), 'unknown date')
        || ': the report says ' || ratings.grade || ', official statistics (as at '
        || cast(ratings.official_vintage as varchar) || ') say ' || ratings.official_grade as detail,
        ratings.source_url as url,
        ratings.document_id,
        ratings.la_code,
        ratings.quote,
        ratings.page_number,
        ratings.char_start,
        ratings.char_end,
        documents.first_seen_at
    from {{ ref('int_ratings') }} as ratings
    inner join {{ ref('stg_documents') }} as documents
        on ratings.document_id = documents.document_id
    where not ratings.agrees_with_official

),

official_without_authority as (

    select
        rows_read.source,
        'official_without_authority' as code,
        rows_read.dataset
        || ' as at '
        || cast(rows_read.vintage as varchar)
        || ': no authority of the register has GSS code '
        || coalesce(rows_read.printed_la_code, '(none)') || ' or is called ' || rows_read.printed_la_name as detail,
        rows_read.source_url as url,
        rows_read.document_id,
        cast(null as varchar) as la_code,
        rows_read.quote,
        cast(null as integer) as page_number,
        rows_read.char_start,
        rows_read.char_end,
        rows_read.first_seen_at
    from {{ ref('stg_official_outcomes') }} as rows_read
    left join authorities
        on
            rows_read.printed_la_code = authorities.la_code
            or list_contains(authorities.former_gss, rows_read.printed_la_code)
    left join {{ ref('int_printed_authorities') }} as printed
        on
            rows_read.printed_la_name = printed.printed_name
            and rows_read.inspected_on is not distinct from printed.on_date
    where
        authorities.la_code is null
        and printed.la_code is null

),

official_without_date as (

    select
        source,
        'official_without_date' as code,
        dataset || ' as at ' || cast(vintage as varchar) || ': grades of ' || printed_la_name
        || ' without a date that can be read, not used' as detail,
        source_url as url,
        document_id,
        cast(null as varchar) as la_code,
        quote,
        cast(null as integer) as page_number,
        char_start,
        char_end,
        first_seen_at
    from {{ ref('stg_official_outcomes') }}
    where inspected_on is null

),

official_out_of_framework as (

    select
        source,
        'official_out_of_framework' as code,
        dataset
        || ' as at '
        || cast(vintage as varchar)
        || ', '
        || printed_la_name
        || ' on '
        || cast(inspected_on as varchar)
        || ': grades that ILACS did not give on that date, not used' as detail,
        source_url as url,
        document_id,
        la_code,
        quote,
        cast(null as integer) as page_number,
        char_start,
        char_end,
        first_seen_at
    from outcomes
    where
        inspected_on < date '2018-01-01'
        or (care_leavers is not null and inspected_on < date '2023-01-01')

),

official_unreadable as (

    select
        outcomes.source,
        'official_grade_unreadable' as code,
        outcomes.dataset || ' as at ' || cast(outcomes.vintage as varchar) || ', ' || outcomes.printed_la_name || ' on '
        || cast(outcomes.inspected_on as varchar)
        || ', '
        || grades.judgement
        || ': the cell is '
        || grades.cell_status as detail,
        outcomes.source_url as url,
        outcomes.document_id,
        outcomes.la_code,
        outcomes.quote,
        cast(null as integer) as page_number,
        outcomes.char_start,
        outcomes.char_end,
        outcomes.first_seen_at
    from outcomes
    inner join {{ ref('int_official_grades') }} as grades
        on outcomes.official_id = grades.official_id
    where grades.grade_status = 'unreadable'

),

unreadable_document as (

    select
        documents.source,
        'document_' || texts.extraction_status as code,
        coalesce(texts.extraction_error, 'the document has no text: a scan would need to be read by eye') as detail,
        documents.url,
        documents.document_id,
        cast(null as varchar) as la_code,
        cast(null as varchar) as quote,
        cast(null as integer) as page_number,
        cast(null as integer) as char_start,
        cast(null as integer) as char_end,
        documents.first_seen_at
    from {{ ref('stg_documents') }} as documents
    inner join {{ ref('stg_texts') }} as texts
        on
            documents.content_sha256 = texts.content_sha256
            and documents.kind = texts.extractor
    where texts.extraction_status != 'ok'

)

select * from unresolved_authority
union all
select * from authority_mismatch
union all
select * from event_type_disagreement
union all
select * from official_disagreement
union all
select * from official_without_authority
union all
select * from official_without_date
union all
select * from official_out_of_framework
union all
select * from official_unreadable
union all
select * from unreadable_document
