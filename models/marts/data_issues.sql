with

-- Addresses that belong to one authority: its page, and the files that its timeline alone links to.
addresses as (

    select
        pages.url,
        any_value(pages.la_code) as la_code
    from (
        select
            url,
            la_code
        from {{ ref('int_site_authorities') }}

        union

        select
            entries.url,
            sites.la_code
        from {{ ref('stg_report_entries') }} as entries
        inner join {{ ref('int_site_authorities') }} as sites
            on
                entries.source = sites.source
                and entries.urn = sites.urn
    ) as pages
    group by pages.url
    having count(distinct pages.la_code) = 1

),

from_sources as (

    select
        issues.source,
        issues.code,
        issues.detail,
        issues.url,
        cast(null as varchar) as document_id,
        addresses.la_code,
        issues.context as quote,
        cast(null as integer) as page_number,
        cast(null as integer) as char_start,
        cast(null as integer) as char_end,
        issues.first_seen_at
    from {{ ref('stg_source_issues') }} as issues
    left join addresses
        on issues.url = addresses.url
    where issues.resolved_at is null

),

from_rejects as (

    select
        rejects.source,
        'rejected_' || rejects.reason as code,
        rejects.detail,
        rejects.url,
        cast(null as varchar) as document_id,
        addresses.la_code,
        cast(null as varchar) as quote,
        cast(null as integer) as page_number,
        cast(null as integer) as char_start,
        cast(null as integer) as char_end,
        rejects.first_seen_at
    from {{ ref('stg_rejects') }} as rejects
    left join addresses
        on rejects.url = addresses.url
    where rejects.resolved_at is null

),

from_documents as (

    select
        documents.source,
        issues.code,
        issues.detail,
        documents.url,
        documents.document_id,
        addresses.la_code,
        issues.quote,
        issues.page_number,
        issues.char_start,
        issues.char_end,
        documents.first_seen_at
    from {{ ref('stg_extraction_issues') }} as issues
    inner join {{ ref('stg_documents') }} as documents
        on
            issues.content_sha256 = documents.content_sha256
            and documents.is_latest
    left join addresses
        on documents.url = addresses.url

),

issues as (

    select * from from_sources
    union all
    select * from from_rejects
    union all
    select * from from_documents
    union all
    select * from {{ ref('int_reconciliation_issues') }}

)

select
    {{ hash_id(['source', 'code', 'url', 'document_id', 'la_code', 'detail', 'char_start']) }} as issue_id,
    source,
    code,
    detail,
    url,
    document_id,
    la_code,
    quote,
    page_number,
    char_start,
    char_end,
    first_seen_at
from issues
qualify row_number() over (partition by issue_id order by first_seen_at) = 1
