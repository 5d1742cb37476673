select
    {{ hash_id(['source', 'file_key', 'content_sha256']) }} as document_id,
    source,
    file_key,
    content_sha256,
    kind,
    url,
    title,
    vintage,
    media_type,
    size_bytes,
    is_latest,
    last_fetched_at,
    first_seen_at,
    last_seen_at,
    -- One address a file: the older host serves the same file numbers, and a query or fragment names no other file.
    regexp_replace(
        regexp_replace(url, '[?#].*$', ''), '^https?://files\.(api\.)?ofsted\.gov\.uk', 'https://files.ofsted.gov.uk'
    ) as canonical_url
from {{ source('raw', 'files') }}
