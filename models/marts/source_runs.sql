{{ config(materialized='view') }}

select
    run_id,
    source,
    started_at,
    finished_at,
    verdict,
    reason,
    requests,
    fetched,
    unchanged,
    skipped,
    failed,
    new_documents,
    rejected,
    issues
from {{ source('ops', 'source_runs') }}
