with

documents as (

    -- What an earlier version of a file said of its inspection is no longer said.
    select * from {{ ref('stg_documents') }}
    where
        kind = 'report'
        and is_latest

),

-- A file that is listed under two authorities reports on both; one that no timeline lists any more stays.
listed as (

    select
        documents.*,
        entries.urn,
        entries.site_label,
        entries.event_type as site_event_type,
        entries.published_on as site_published_on,
        coalesce(register.la_code, sites.la_code) as site_la_code
    from documents
    left join {{ ref('stg_report_entries') }} as entries
        on
            documents.source = entries.source
            and documents.file_key = entries.file_key
    left join {{ ref('stg_local_authorities') }} as register
        on entries.urn = register.ofsted_urn
    left join {{ ref('int_site_authorities') }} as sites
        on
            entries.source = sites.source
            and entries.urn = sites.urn

),

read as (

    select
        listed.document_id,
        listed.content_sha256,
        listed.source,
        listed.file_key,
        listed.url as report_url,
        listed.urn,
        listed.site_label,
        listed.site_event_type,
        listed.first_seen_at,
        inspections.report_number,
        inspections.event_type as read_event_type,
        inspections.framework,
        inspections.theme,
        inspections.authority as printed_authority,
        inspections.inspected_from,
        inspections.inspected_to,
        inspections.lead_inspector,
        inspections.overall_grade_status,
        inspections.dates_page_number,
        inspections.dates_quote,
        inspections.dates_char_start,
        inspections.dates_char_end,
        printed.la_code as printed_la_code,
        -- The site's key decides: a letter can name a partnership, a trust or a predecessor.
        coalesce(listed.site_la_code, printed.la_code) as la_code,
        -- What the document says of itself goes before the site's label, which can be of another report.
        coalesce(inspections.event_type, listed.site_event_type, 'other') as event_type,
        coalesce(inspections.published_on, listed.site_published_on) as published_on
    from listed
    inner join {{ ref('stg_read_inspections') }} as inspections
        on listed.content_sha256 = inspections.content_sha256
    left join {{ ref('int_printed_authorities') }} as printed
        on
            inspections.authority = printed.printed_name
            and coalesce(inspections.inspected_from, inspections.published_on) is not distinct from printed.on_date

),

keyed as (

    select
        *,
        {{ event_family('event_type') }} as event_family,
        -- Without authority, dates or kind, nothing says that two files are of one inspection.
        case
            when la_code is null or inspected_from is null or event_type = 'other' then file_key
        end as lone_file_key
    from read

),

numbered as (

    select
        *,
        -- Two reports in one PDF are two inspections, alike as they may look.
        row_number() over (
            partition by document_id, la_code, event_family, inspected_from, lone_file_key
            order by report_number
        ) as number_in_document
    from keyed
    qualify row_number() over (partition by document_id, la_code, report_number order by urn) = 1

),

identified as (

    select
        *,
        {{ hash_id([
            'la_code', 'event_family', 'coalesce(lone_file_key, cast(inspected_from as varchar))',
            'nullif(number_in_document, 1)'
        ]) }} as inspection_id
    from numbered

)

select
    *,
    row_number() over (
        partition by inspection_id
        -- Of two files of one day the higher number was uploaded later.
        order by
            published_on desc nulls last, try_cast(file_key as bigint) desc nulls last, first_seen_at desc, document_id
    ) = 1 as is_latest_issue
from identified
