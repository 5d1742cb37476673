select
    content_sha256,
    extractor,
    extractor_version,
    status as extraction_status,
    error as extraction_error,
    text,
    page_count
from {{ source('extracted', 'documents') }}
