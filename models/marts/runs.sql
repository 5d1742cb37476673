{{ config(materialized='view') }}

select
    run_id,
    command,
    profile,
    started_at,
    finished_at,
    outcome,
    exit_code,
    detail
from {{ source('ops', 'runs') }}
