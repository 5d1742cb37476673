select
    documents.document_id,
    documents.url as source_url,
    texts.text,
    texts.extractor_version
from {{ ref('stg_documents') }} as documents
inner join {{ ref('stg_texts') }} as texts
    on
        documents.content_sha256 = texts.content_sha256
        and documents.kind = texts.extractor
where
    texts.text is not null
    -- Published under the Open Government Licence; no other text leaves the work database.
    and documents.kind in ('report', 'statistics')
