with

documents as (

    select * from {{ ref('stg_documents') }}

),

texts as (

    select * from {{ ref('stg_texts') }}

),

-- The date that the report prints, of the first report where a PDF holds two.
printed as (

    select
        content_sha256,
        published_on
    from {{ ref('stg_read_inspections') }}
    qualify row_number() over (partition by content_sha256 order by report_number) = 1

),

listed as (

    select
        source,
        file_key,
        min(published_on) as published_on,
        min(site_label) as site_label
    from {{ ref('stg_report_entries') }}
    group by
        source,
        file_key

)

select
    documents.document_id,
    documents.source,
    documents.kind,
    documents.url,
    documents.canonical_url,
    coalesce(documents.title, listed.site_label) as title,
    case when documents.kind = 'report' then coalesce(printed.published_on, listed.published_on) end as published_on,
    documents.vintage,
    documents.first_seen_at,
    documents.last_seen_at,
    documents.content_sha256,
    documents.file_key,
    documents.media_type,
    documents.size_bytes,
    texts.page_count,
    coalesce(texts.extraction_status, 'pending') as extraction_status,
    texts.extraction_error
from documents
left join texts
    on
        documents.content_sha256 = texts.content_sha256
        and documents.kind = texts.extractor
left join printed
    on documents.content_sha256 = printed.content_sha256
left join listed
    on
        documents.source = listed.source
        and documents.file_key = listed.file_key
