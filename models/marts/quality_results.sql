{{ config(materialized='view') }}

select
    run_id,
    suite,
    table_name,
    expectation,
    column_name,
    description,
    success,
    observed,
    unexpected_count,
    error,
    checked_at
from {{ source('ops', 'quality_results') }}
