"""first tables

Revision ID: 0001
Revises: 
Create Date: 2026-11-22 16:51:53.224286

"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


# revision identifiers, used by Alembic.
revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('businesses',
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('timezone', sa.String(length=64), nullable=False),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.Column('tracking_enabled', sa.Boolean(), nullable=False),
    sa.Column('gdelt_enabled', sa.Boolean(), nullable=False),
    sa.Column('ai_monthly_budget_usd', sa.Double(), nullable=True),
    sa.Column('ai_budget_policy', sa.String(length=40), nullable=False),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_businesses'))
    )
    op.create_table('process_heartbeats',
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('beat_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('detail', sa.String(length=200), nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_process_heartbeats'))
    )
    with op.batch_alter_table('process_heartbeats', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_process_heartbeats_kind'), ['kind'], unique=False)

    op.create_table('provider_health',
    sa.Column('provider', sa.String(length=40), nullable=False),
    sa.Column('last_success_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_failure_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_error', sa.String(length=300), nullable=True),
    sa.Column('needs_attention', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('provider', name=op.f('pk_provider_health'))
    )
    op.create_table('quota_uses',
    sa.Column('provider', sa.String(length=40), nullable=False),
    sa.Column('key_fingerprint', sa.String(length=16), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('calls', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quota_uses')),
    sa.UniqueConstraint('provider', 'key_fingerprint', 'day', name=op.f('uq_quota_uses_provider_key_fingerprint_day'))
    )
    op.create_table('sign_in_attempts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_attempts'))
    )
    with op.batch_alter_table('sign_in_attempts', schema=None) as batch_op:
        batch_op.create_index('ix_sign_in_attempts_subject_created_at', ['subject', 'created_at'], unique=False)

    op.create_table('clients',
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('status', sa.String(length=40), nullable=False),
    sa.Column('tier', sa.String(length=40), nullable=True),
    sa.Column('industry', sa.String(length=120), nullable=True),
    sa.Column('legal_name', sa.String(length=200), nullable=True),
    sa.Column('domain', sa.String(length=253), nullable=True),
    sa.Column('ticker', sa.String(length=12), nullable=True),
    sa.Column('cik', sa.String(length=10), nullable=True),
    sa.Column('aliases', JSON, nullable=False),
    sa.Column('products', JSON, nullable=False),
    sa.Column('keywords', JSON, nullable=False),
    sa.Column('must_have_terms', JSON, nullable=False),
    sa.Column('must_not_terms', JSON, nullable=False),
    sa.Column('feed_urls', JSON, nullable=False),
    sa.Column('arr', sa.Double(), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('renewal_on', sa.Date(), nullable=True),
    sa.Column('crm_account_id', sa.String(length=64), nullable=True),
    sa.Column('notes', sa.Text(), nullable=True),
    sa.Column('last_checked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('business_id', sa.Uuid(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['business_id'], ['businesses.id'], name=op.f('fk_clients_business_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clients'))
    )
    with op.batch_alter_table('clients', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_clients_business_id'), ['business_id'], unique=False)
        batch_op.create_index('ix_clients_business_id_status_name', ['business_id', 'status', 'name'], unique=False)

    op.create_table('suppressed_addresses',
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('business_id', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['business_id'], ['businesses.id'], name=op.f('fk_suppressed_addresses_business_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('address', 'business_id', name=op.f('pk_suppressed_addresses'))
    )
    op.create_table('users',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('password_hash', sa.String(length=255), nullable=True),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('timezone', sa.String(length=64), nullable=True),
    sa.Column('theme', sa.String(length=40), nullable=False),
    sa.Column('single_keys_enabled', sa.Boolean(), nullable=False),
    sa.Column('tracking_allowed', sa.Boolean(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('last_sign_in_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('business_id', sa.Uuid(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['business_id'], ['businesses.id'], name=op.f('fk_users_business_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_users'))
    )
    op.create_index("uq_users_email_lower", "users", [sa.text("lower(email)")], unique=True)
    with op.batch_alter_table('users', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_users_business_id'), ['business_id'], unique=False)

    op.create_table('api_tokens',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('prefix', sa.String(length=12), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('scopes', JSON, nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('business_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['business_id'], ['businesses.id'], name=op.f('fk_api_tokens_business_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_api_tokens_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_tokens')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_api_tokens_token_hash'))
    )
    with op.batch_alter_table('api_tokens', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_api_tokens_business_id'), ['business_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_api_tokens_user_id'), ['user_id'], unique=False)

    op.create_table('automation_schedules',
    sa.Column('created_by_user_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('job_type', sa.String(length=40), nullable=False),
    sa.Column('client_ids', JSON, nullable=True),
    sa.Column('config', JSON, nullable=False),
    sa.Column('schedule_type', sa.String(length=40), nullable=False),
    sa.Column('cron_expression', sa.String(length=120), nullable=True),
    sa.Column('hour_of_day', sa.Integer(), nullable=True),
    sa.Column('minute_of_hour', sa.Integer(), nullable=True),
    sa.Column('day_of_week', sa.Integer(), nullable=True),
    sa.Column('day_of_month', sa.Integer(), nullable=True),
    sa.Column('timezone', sa.String(length=64), nullable=True),
    sa.Column('grace_minutes', sa.Integer(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('last_run_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('next_run_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_run_status', sa.String(length=40), nullable=True),
    sa.Column('last_run_job_id', sa.Uuid(), nullable=True),
    sa.Column('consecutive_failures', sa.Integer(), nullable=False),
    sa.Column('last_error_message', sa.Text(), nullable=True),
    sa.Column('last_error_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('disabled_reason', sa.String(length=200), nullable=True),
    sa.Column('depends_on_schedule_id', sa.Uuid(), nullable=True),
    sa.Column('depends_on_condition', sa.String(length=40), nullable=True),
    sa.Column('conditions', JSON, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('business_id', sa.Uuid(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['business_id'], ['businesses.id'], name=op.f('fk_automation_schedules_business_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['created_by_user_id'], ['users.id'], name=op.f('fk_automation_schedules_created_by_user_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['depends_on_schedule_id'], ['automation_schedules.id'], name=op.f('fk_automation_schedules_depends_on_schedule_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_automation_schedules'))
    )
    with op.batch_alter_table('automation_schedules', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_automation_schedules_business_id'), ['business_id'], unique=False)
        batch_op.create_index('ix_automation_schedules_business_id_created_at', ['business_id', 'created_at'], unique=False)
        batch_op.create_index('ix_automation_schedules_is_active_next_run_at', ['is_active', 'next_run_at'], unique=False)

    op.create_table('client_members',
    sa.Column('client_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_client_members_client_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_client_members_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('client_id', 'user_id', name=op.f('pk_client_members'))
    )
    with op.batch_alter_table('client_members', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_client_members_user_id'), ['user_id'], unique=False)

    op.create_table('crm_snapshots',
    sa.Column('client_id', sa.Uuid(), nullable=False),
    sa.Column('provider', sa.String(length=40), nullable=False),
    sa.Column('provenance', sa.String(length=40), nullable=False),
    sa.Column('simulation_reason', sa.String(length=40), nullable=True),
    sa.Column('facts', JSON, nullable=False),
    sa.Column('engagement_score', sa.Double(), nullable=True),
    sa.Column('engagement_factors', JSON, nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('business_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['business_id'], ['businesses.id'], name=op.f('fk_crm_snapshots_business_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_crm_snapshots_client_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_crm_snapshots'))
    )
    with op.batch_alter_table('crm_snapshots', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_crm_snapshots_business_id'), ['business_id'], unique=False)
        batch_op.create_index('ix_crm_snapshots_client_id_created_at', ['client_id', 'created_at'], unique=False)

    op.create_table('digest_issues',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('cadence', sa.String(length=40), nullable=False),
    sa.Column('period', sa.String(length=20), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('events', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('business_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['business_id'], ['businesses.id'], name=op.f('fk_digest_issues_business_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_digest_issues_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_digest_issues')),
    sa.UniqueConstraint('user_id', 'cadence', 'period', name=op.f('uq_digest_issues_user_id_cadence_period'))
    )
    with op.batch_alter_table('digest_issues', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_digest_issues_business_id'), ['business_id'], unique=False)

    op.create_table('stories',
    sa.Column('client_id', sa.Uuid(), nullable=False),
    sa.Column('title', sa.String(length=500), nullable=False),
    sa.Column('words', JSON, nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('business_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['business_id'], ['businesses.id'], name=op.f('fk_stories_business_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_stories_client_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stories'))
    )
    with op.batch_alter_table('stories', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stories_business_id'), ['business_id'], unique=False)
        batch_op.create_index('ix_stories_client_id_last_seen_at', ['client_id', 'last_seen_at'], unique=False)

    op.create_table('user_preferences',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('notification_enabled', sa.Boolean(), nullable=False),
    sa.Column('email_notifications_enabled', sa.Boolean(), nullable=False),
    sa.Column('relevance_threshold', sa.Double(), nullable=False),
    sa.Column('notification_categories', JSON, nullable=True),
    sa.Column('notification_frequency', sa.String(length=40), nullable=False),
    sa.Column('assigned_clients_only', sa.Boolean(), nullable=False),
    sa.Column('digest_time', sa.Time(), nullable=False),
    sa.Column('digest_day_of_week', sa.Integer(), nullable=False),
    sa.Column('send_empty_digest', sa.Boolean(), nullable=False),
    sa.Column('quiet_hours_start', sa.Time(), nullable=True),
    sa.Column('quiet_hours_end', sa.Time(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('business_id', sa.Uuid(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('relevance_threshold >= 0 AND relevance_threshold <= 1', name=op.f('ck_user_preferences_threshold_range')),
    sa.ForeignKeyConstraint(['business_id'], ['businesses.id'], name=op.f('fk_user_preferences_business_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_user_preferences_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user_preferences')),
    sa.UniqueConstraint('user_id', 'business_id', name=op.f('uq_user_preferences_user_id_business_id'))
    )
    with op.batch_alter_table('user_preferences', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_user_preferences_business_id'), ['business_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_user_preferences_user_id'), ['user_id'], unique=False)

    op.create_table('user_sessions',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('user_agent', sa.String(length=200), nullable=True),
    sa.Column('address', sa.String(length=45), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_user_sessions_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_user_sessions'))
    )
    with op.batch_alter_table('user_sessions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_user_sessions_user_id'), ['user_id'], unique=False)

    op.create_table('job_runs',
    sa.Column('schedule_id', sa.Uuid(), nullable=True),
    sa.Column('schedule_name', sa.String(length=200), nullable=True),
    sa.Column('job_type', sa.String(length=40), nullable=False),
    sa.Column('trigger', sa.String(length=40), nullable=False),
    sa.Column('triggered_by_user_id', sa.Integer(), nullable=True),
    sa.Column('retry_of_id', sa.Uuid(), nullable=True),
    sa.Column('slot_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('status', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=True),
    sa.Column('error_message', sa.Text(), nullable=True),
    sa.Column('config', JSON, nullable=False),
    sa.Column('client_ids', JSON, nullable=True),
    sa.Column('enqueued_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancel_requested_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seconds', sa.Double(), nullable=True),
    sa.Column('clients_total', sa.Integer(), nullable=False),
    sa.Column('clients_done', sa.Integer(), nullable=False),
    sa.Column('clients_failed', sa.Integer(), nullable=False),
    sa.Column('log', JSON, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('business_id', sa.Uuid(), nullable=False),
    sa.Column('searches', sa.Integer(), nullable=False),
    sa.Column('results', sa.Integer(), nullable=False),
    sa.Column('raw_rows', sa.Integer(), nullable=False),
    sa.Column('duplicates', sa.Integer(), nullable=False),
    sa.Column('events', sa.Integer(), nullable=False),
    sa.Column('deferred', sa.Integer(), nullable=False),
    sa.Column('notifications', sa.Integer(), nullable=False),
    sa.Column('emails', sa.Integer(), nullable=False),
    sa.Column('insights', sa.Integer(), nullable=False),
    sa.Column('ai_calls', sa.Integer(), nullable=False),
    sa.Column('ai_tokens', sa.Integer(), nullable=False),
    sa.Column('ai_cost_usd', sa.Double(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['business_id'], ['businesses.id'], name=op.f('fk_job_runs_business_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['retry_of_id'], ['job_runs.id'], name=op.f('fk_job_runs_retry_of_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['schedule_id'], ['automation_schedules.id'], name=op.f('fk_job_runs_schedule_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['triggered_by_user_id'], ['users.id'], name=op.f('fk_job_runs_triggered_by_user_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job_runs')),
    sa.UniqueConstraint('schedule_id', 'slot_at', name=op.f('uq_job_runs_schedule_id_slot_at'))
    )
    with op.batch_alter_table('job_runs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_job_runs_business_id'), ['business_id'], unique=False)
        batch_op.create_index('ix_job_runs_business_id_created_at', ['business_id', 'created_at'], unique=False)
        batch_op.create_index('ix_job_runs_schedule_id_created_at', ['schedule_id', 'created_at'], unique=False)
        batch_op.create_index('ix_job_runs_status_created_at', ['status', 'created_at'], unique=False)
        batch_op.create_index('uq_job_runs_active_schedule', ['schedule_id'], unique=True, sqlite_where=sa.text("status IN ('queued', 'running')"), postgresql_where=sa.text("status IN ('queued', 'running')"))

    op.create_table('ai_calls',
    sa.Column('client_id', sa.Uuid(), nullable=True),
    sa.Column('job_run_id', sa.Uuid(), nullable=True),
    sa.Column('provider', sa.String(length=40), nullable=False),
    sa.Column('model', sa.String(length=80), nullable=False),
    sa.Column('purpose', sa.String(length=20), nullable=False),
    sa.Column('input_tokens', sa.Integer(), nullable=False),
    sa.Column('output_tokens', sa.Integer(), nullable=False),
    sa.Column('cost_usd', sa.Double(), nullable=False),
    sa.Column('seconds', sa.Double(), nullable=False),
    sa.Column('error', sa.String(length=300), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('business_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['business_id'], ['businesses.id'], name=op.f('fk_ai_calls_business_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_ai_calls_client_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['job_run_id'], ['job_runs.id'], name=op.f('fk_ai_calls_job_run_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ai_calls'))
    )
    with op.batch_alter_table('ai_calls', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ai_calls_business_id'), ['business_id'], unique=False)
        batch_op.create_index('ix_ai_calls_business_id_created_at', ['business_id', 'created_at'], unique=False)

    op.create_table('events',
    sa.Column('client_id', sa.Uuid(), nullable=False),
    sa.Column('story_id', sa.Uuid(), nullable=True),
    sa.Column('job_run_id', sa.Uuid(), nullable=True),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('title', sa.String(length=500), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('url', sa.String(length=2000), nullable=False),
    sa.Column('publisher', sa.String(length=200), nullable=True),
    sa.Column('source_api', sa.String(length=40), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('category', sa.String(length=40), nullable=False),
    sa.Column('category_group', sa.String(length=40), nullable=False),
    sa.Column('severity', sa.String(length=40), nullable=False),
    sa.Column('relevance_score', sa.Double(), nullable=False),
    sa.Column('relevance_factors', JSON, nullable=False),
    sa.Column('sentiment_score', sa.Double(), nullable=False),
    sa.Column('risk_level', sa.String(length=40), nullable=False),
    sa.Column('risk_reason', sa.Text(), nullable=False),
    sa.Column('urgency', sa.String(length=40), nullable=False),
    sa.Column('urgency_reason', sa.Text(), nullable=False),
    sa.Column('evidence', JSON, nullable=False),
    sa.Column('provenance', sa.String(length=40), nullable=False),
    sa.Column('simulation_reason', sa.String(length=40), nullable=True),
    sa.Column('classified_by', sa.String(length=40), nullable=False),
    sa.Column('classified_by_fallback', sa.Boolean(), nullable=False),
    sa.Column('model', sa.String(length=80), nullable=True),
    sa.Column('prompt_version', sa.String(length=40), nullable=True),
    sa.Column('needs_review', sa.Boolean(), nullable=False),
    sa.Column('review_reason', sa.String(length=300), nullable=True),
    sa.Column('insight_done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('hidden_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('business_id', sa.Uuid(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['business_id'], ['businesses.id'], name=op.f('fk_events_business_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_events_client_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['job_run_id'], ['job_runs.id'], name=op.f('fk_events_job_run_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['story_id'], ['stories.id'], name=op.f('fk_events_story_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_events')),
    sa.UniqueConstraint('business_id', 'client_id', 'content_hash', name=op.f('uq_events_business_id_client_id_content_hash'))
    )
    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_events_business_id'), ['business_id'], unique=False)
        batch_op.create_index('ix_events_business_id_created_at_id', ['business_id', 'created_at', 'id'], unique=False)
        batch_op.create_index('ix_events_client_id_created_at', ['client_id', 'created_at'], unique=False)
        batch_op.create_index('ix_events_job_run_id', ['job_run_id'], unique=False)
        batch_op.create_index('ix_events_story_id', ['story_id'], unique=False)

    op.create_table('job_run_shards',
    sa.Column('job_run_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=40), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('lease_token', sa.String(length=32), nullable=True),
    sa.Column('lease_expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('enqueued_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['job_run_id'], ['job_runs.id'], name=op.f('fk_job_run_shards_job_run_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job_run_shards')),
    sa.UniqueConstraint('job_run_id', 'number', name=op.f('uq_job_run_shards_job_run_id_number'))
    )
    with op.batch_alter_table('job_run_shards', schema=None) as batch_op:
        batch_op.create_index('ix_job_run_shards_status_lease_expires_at', ['status', 'lease_expires_at'], unique=False)

    op.create_table('source_checks',
    sa.Column('job_run_id', sa.Uuid(), nullable=True),
    sa.Column('client_id', sa.Uuid(), nullable=False),
    sa.Column('source', sa.String(length=40), nullable=False),
    sa.Column('status', sa.String(length=40), nullable=False),
    sa.Column('found', sa.Integer(), nullable=False),
    sa.Column('message', sa.String(length=300), nullable=True),
    sa.Column('account_wide', sa.Boolean(), nullable=False),
    sa.Column('seconds', sa.Double(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('business_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['business_id'], ['businesses.id'], name=op.f('fk_source_checks_business_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_source_checks_client_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['job_run_id'], ['job_runs.id'], name=op.f('fk_source_checks_job_run_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_source_checks')),
    sa.UniqueConstraint('job_run_id', 'client_id', 'source', name=op.f('uq_source_checks_job_run_id_client_id_source'))
    )
    with op.batch_alter_table('source_checks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_source_checks_business_id'), ['business_id'], unique=False)
        batch_op.create_index('ix_source_checks_business_id_source_created_at', ['business_id', 'source', 'created_at'], unique=False)
        batch_op.create_index('ix_source_checks_client_id_created_at', ['client_id', 'created_at'], unique=False)

    op.create_table('email_logs',
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('event_id', sa.Uuid(), nullable=True),
    sa.Column('job_run_id', sa.Uuid(), nullable=True),
    sa.Column('email_type', sa.String(length=40), nullable=False),
    sa.Column('recipient_email', sa.String(length=254), nullable=False),
    sa.Column('subject', sa.String(length=500), nullable=False),
    sa.Column('body_preview', sa.Text(), nullable=False),
    sa.Column('body_text', sa.Text(), nullable=True),
    sa.Column('body_html', sa.Text(), nullable=True),
    sa.Column('context', JSON, nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('status', sa.String(length=40), nullable=False),
    sa.Column('error_message', sa.Text(), nullable=True),
    sa.Column('retry_count', sa.Integer(), nullable=False),
    sa.Column('provider', sa.String(length=40), nullable=True),
    sa.Column('provider_message_id', sa.String(length=300), nullable=True),
    sa.Column('message_id', sa.String(length=300), nullable=False),
    sa.Column('dedupe_key', sa.String(length=200), nullable=False),
    sa.Column('next_attempt_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lease_token', sa.String(length=32), nullable=True),
    sa.Column('lease_expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('clicked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('business_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['business_id'], ['businesses.id'], name=op.f('fk_email_logs_business_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_email_logs_event_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['job_run_id'], ['job_runs.id'], name=op.f('fk_email_logs_job_run_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_email_logs_user_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_email_logs')),
    sa.UniqueConstraint('dedupe_key', name=op.f('uq_email_logs_dedupe_key')),
    sa.UniqueConstraint('message_id', name=op.f('uq_email_logs_message_id'))
    )
    with op.batch_alter_table('email_logs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_email_logs_business_id'), ['business_id'], unique=False)
        batch_op.create_index('ix_email_logs_business_id_created_at', ['business_id', 'created_at'], unique=False)
        batch_op.create_index('ix_email_logs_business_id_status', ['business_id', 'status'], unique=False)
        batch_op.create_index('ix_email_logs_event_id', ['event_id'], unique=False)
        batch_op.create_index('ix_email_logs_status_next_attempt_at', ['status', 'next_attempt_at'], unique=False)
        batch_op.create_index('ix_email_logs_user_id_created_at', ['user_id', 'created_at'], unique=False)

    op.create_table('event_feedback',
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('verdict', sa.String(length=40), nullable=False),
    sa.Column('category', sa.String(length=40), nullable=True),
    sa.Column('note', sa.String(length=500), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('business_id', sa.Uuid(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['business_id'], ['businesses.id'], name=op.f('fk_event_feedback_business_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_event_feedback_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_event_feedback_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event_feedback')),
    sa.UniqueConstraint('event_id', 'user_id', name=op.f('uq_event_feedback_event_id_user_id'))
    )
    with op.batch_alter_table('event_feedback', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_event_feedback_business_id'), ['business_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_event_feedback_user_id'), ['user_id'], unique=False)

    op.create_table('event_raw_data',
    sa.Column('client_id', sa.Uuid(), nullable=False),
    sa.Column('job_run_id', sa.Uuid(), nullable=True),
    sa.Column('source_api', sa.String(length=40), nullable=False),
    sa.Column('raw_content', sa.Text(), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('canonical_url', sa.String(length=2000), nullable=False),
    sa.Column('url', sa.String(length=2000), nullable=False),
    sa.Column('title', sa.String(length=500), nullable=False),
    sa.Column('snippet', sa.Text(), nullable=False),
    sa.Column('publisher', sa.String(length=200), nullable=True),
    sa.Column('language', sa.String(length=12), nullable=True),
    sa.Column('category_hint', sa.String(length=40), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('query', sa.String(length=600), nullable=False),
    sa.Column('fetched_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('provenance', sa.String(length=40), nullable=False),
    sa.Column('simulation_reason', sa.String(length=40), nullable=True),
    sa.Column('collect_only', sa.Boolean(), nullable=False),
    sa.Column('is_processed', sa.Boolean(), nullable=False),
    sa.Column('outcome', sa.String(length=40), nullable=True),
    sa.Column('outcome_reason', sa.String(length=300), nullable=True),
    sa.Column('processed_into_event_id', sa.Uuid(), nullable=True),
    sa.Column('processed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('business_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['business_id'], ['businesses.id'], name=op.f('fk_event_raw_data_business_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_event_raw_data_client_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['job_run_id'], ['job_runs.id'], name=op.f('fk_event_raw_data_job_run_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['processed_into_event_id'], ['events.id'], name=op.f('fk_event_raw_data_processed_into_event_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event_raw_data')),
    sa.UniqueConstraint('business_id', 'client_id', 'content_hash', name=op.f('uq_event_raw_data_business_id_client_id_content_hash'))
    )
    with op.batch_alter_table('event_raw_data', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_event_raw_data_business_id'), ['business_id'], unique=False)
        batch_op.create_index('ix_event_raw_data_client_id_canonical_url', ['client_id', 'canonical_url'], unique=False)
        batch_op.create_index('ix_event_raw_data_client_id_created_at', ['client_id', 'created_at'], unique=False)
        batch_op.create_index('ix_event_raw_data_client_id_is_processed', ['client_id', 'is_processed'], unique=False)
        batch_op.create_index('ix_event_raw_data_processed_into_event_id', ['processed_into_event_id'], unique=False)

    op.create_table('event_user_states',
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('starred_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('snoozed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('actions_done', JSON, nullable=False),
    sa.Column('business_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['business_id'], ['businesses.id'], name=op.f('fk_event_user_states_business_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_event_user_states_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_event_user_states_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('event_id', 'user_id', name=op.f('pk_event_user_states'))
    )
    with op.batch_alter_table('event_user_states', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_event_user_states_business_id'), ['business_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_event_user_states_user_id'), ['user_id'], unique=False)
        batch_op.create_index('ix_event_user_states_user_id_done_at', ['user_id', 'done_at'], unique=False)

    op.create_table('insights',
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('why_it_matters', sa.Text(), nullable=False),
    sa.Column('claims', JSON, nullable=False),
    sa.Column('recommended_actions', JSON, nullable=False),
    sa.Column('urgency', sa.String(length=40), nullable=False),
    sa.Column('urgency_reason', sa.Text(), nullable=False),
    sa.Column('provider', sa.String(length=40), nullable=False),
    sa.Column('by_fallback', sa.Boolean(), nullable=False),
    sa.Column('model', sa.String(length=80), nullable=False),
    sa.Column('prompt_version', sa.String(length=40), nullable=False),
    sa.Column('input_tokens', sa.Integer(), nullable=False),
    sa.Column('output_tokens', sa.Integer(), nullable=False),
    sa.Column('cost_usd', sa.Double(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('business_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['business_id'], ['businesses.id'], name=op.f('fk_insights_business_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_insights_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_insights')),
    sa.UniqueConstraint('event_id', name=op.f('uq_insights_event_id'))
    )
    with op.batch_alter_table('insights', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_insights_business_id'), ['business_id'], unique=False)

    op.create_table('job_run_clients',
    sa.Column('job_run_id', sa.Uuid(), nullable=False),
    sa.Column('client_id', sa.Uuid(), nullable=False),
    sa.Column('shard_id', sa.Uuid(), nullable=True),
    sa.Column('client_name', sa.String(length=200), nullable=False),
    sa.Column('status', sa.String(length=40), nullable=False),
    sa.Column('step', sa.String(length=40), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('degraded', sa.Boolean(), nullable=False),
    sa.Column('sources_failed', sa.Integer(), nullable=False),
    sa.Column('live_sources', sa.Integer(), nullable=False),
    sa.Column('live_sources_failed', sa.Integer(), nullable=False),
    sa.Column('error_message', sa.Text(), nullable=True),
    sa.Column('notices', JSON, nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seconds', sa.Double(), nullable=True),
    sa.Column('business_id', sa.Uuid(), nullable=False),
    sa.Column('searches', sa.Integer(), nullable=False),
    sa.Column('results', sa.Integer(), nullable=False),
    sa.Column('raw_rows', sa.Integer(), nullable=False),
    sa.Column('duplicates', sa.Integer(), nullable=False),
    sa.Column('events', sa.Integer(), nullable=False),
    sa.Column('deferred', sa.Integer(), nullable=False),
    sa.Column('notifications', sa.Integer(), nullable=False),
    sa.Column('emails', sa.Integer(), nullable=False),
    sa.Column('insights', sa.Integer(), nullable=False),
    sa.Column('ai_calls', sa.Integer(), nullable=False),
    sa.Column('ai_tokens', sa.Integer(), nullable=False),
    sa.Column('ai_cost_usd', sa.Double(), nullable=False),
    sa.ForeignKeyConstraint(['business_id'], ['businesses.id'], name=op.f('fk_job_run_clients_business_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_job_run_clients_client_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['job_run_id'], ['job_runs.id'], name=op.f('fk_job_run_clients_job_run_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['shard_id'], ['job_run_shards.id'], name=op.f('fk_job_run_clients_shard_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('job_run_id', 'client_id', name=op.f('pk_job_run_clients'))
    )
    with op.batch_alter_table('job_run_clients', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_job_run_clients_business_id'), ['business_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_job_run_clients_client_id'), ['client_id'], unique=False)
        batch_op.create_index('ix_job_run_clients_job_run_id_status', ['job_run_id', 'status'], unique=False)
        batch_op.create_index('ix_job_run_clients_shard_id_status', ['shard_id', 'status'], unique=False)

    op.create_table('notification_decisions',
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(length=40), nullable=False),
    sa.Column('verdict', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('checks', JSON, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('business_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['business_id'], ['businesses.id'], name=op.f('fk_notification_decisions_business_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_notification_decisions_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_notification_decisions_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notification_decisions')),
    sa.UniqueConstraint('event_id', 'user_id', 'channel', name=op.f('uq_notification_decisions_event_id_user_id_channel'))
    )
    with op.batch_alter_table('notification_decisions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notification_decisions_business_id'), ['business_id'], unique=False)
        batch_op.create_index('ix_notification_decisions_user_id_verdict_created_at', ['user_id', 'verdict', 'created_at'], unique=False)

    op.create_table('notifications',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Uuid(), nullable=True),
    sa.Column('job_run_id', sa.Uuid(), nullable=True),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('severity', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=500), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('link', sa.String(length=500), nullable=True),
    sa.Column('why', sa.String(length=300), nullable=False),
    sa.Column('dedupe_key', sa.String(length=120), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('snoozed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('business_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['business_id'], ['businesses.id'], name=op.f('fk_notifications_business_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_notifications_event_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['job_run_id'], ['job_runs.id'], name=op.f('fk_notifications_job_run_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_notifications_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notifications')),
    sa.UniqueConstraint('user_id', 'dedupe_key', name=op.f('uq_notifications_user_id_dedupe_key'))
    )
    with op.batch_alter_table('notifications', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notifications_business_id'), ['business_id'], unique=False)
        batch_op.create_index('ix_notifications_event_id', ['event_id'], unique=False)
        batch_op.create_index('ix_notifications_user_id_created_at', ['user_id', 'created_at'], unique=False)
        batch_op.create_index('ix_notifications_user_id_read_at', ['user_id', 'read_at'], unique=False)

    op.create_table('raw_data_sightings',
    sa.Column('raw_data_id', sa.Uuid(), nullable=False),
    sa.Column('source_api', sa.String(length=40), nullable=False),
    sa.Column('url', sa.String(length=2000), nullable=False),
    sa.Column('publisher', sa.String(length=200), nullable=True),
    sa.Column('raw_content', sa.Text(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('business_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['business_id'], ['businesses.id'], name=op.f('fk_raw_data_sightings_business_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['raw_data_id'], ['event_raw_data.id'], name=op.f('fk_raw_data_sightings_raw_data_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_raw_data_sightings')),
    sa.UniqueConstraint('raw_data_id', 'source_api', 'url', name=op.f('uq_raw_data_sightings_raw_data_id_source_api_url'))
    )
    with op.batch_alter_table('raw_data_sightings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_raw_data_sightings_business_id'), ['business_id'], unique=False)

    with op.batch_alter_table("automation_schedules") as batch_op:
        batch_op.create_foreign_key(
            "fk_automation_schedules_last_run_job_id",
            "job_runs",
            ["last_run_job_id"],
            ["id"],
            ondelete="SET NULL",
        )


def downgrade():
    with op.batch_alter_table("automation_schedules") as batch_op:
        batch_op.drop_constraint("fk_automation_schedules_last_run_job_id", type_="foreignkey")
    with op.batch_alter_table('raw_data_sightings', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_raw_data_sightings_business_id'))

    op.drop_table('raw_data_sightings')
    with op.batch_alter_table('notifications', schema=None) as batch_op:
        batch_op.drop_index('ix_notifications_user_id_read_at')
        batch_op.drop_index('ix_notifications_user_id_created_at')
        batch_op.drop_index('ix_notifications_event_id')
        batch_op.drop_index(batch_op.f('ix_notifications_business_id'))

    op.drop_table('notifications')
    with op.batch_alter_table('notification_decisions', schema=None) as batch_op:
        batch_op.drop_index('ix_notification_decisions_user_id_verdict_created_at')
        batch_op.drop_index(batch_op.f('ix_notification_decisions_business_id'))

    op.drop_table('notification_decisions')
    with op.batch_alter_table('job_run_clients', schema=None) as batch_op:
        batch_op.drop_index('ix_job_run_clients_shard_id_status')
        batch_op.drop_index('ix_job_run_clients_job_run_id_status')
        batch_op.drop_index(batch_op.f('ix_job_run_clients_client_id'))
        batch_op.drop_index(batch_op.f('ix_job_run_clients_business_id'))

    op.drop_table('job_run_clients')
    with op.batch_alter_table('insights', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_insights_business_id'))

    op.drop_table('insights')
    with op.batch_alter_table('event_user_states', schema=None) as batch_op:
        batch_op.drop_index('ix_event_user_states_user_id_done_at')
        batch_op.drop_index(batch_op.f('ix_event_user_states_user_id'))
        batch_op.drop_index(batch_op.f('ix_event_user_states_business_id'))

    op.drop_table('event_user_states')
    with op.batch_alter_table('event_raw_data', schema=None) as batch_op:
        batch_op.drop_index('ix_event_raw_data_processed_into_event_id')
        batch_op.drop_index('ix_event_raw_data_client_id_is_processed')
        batch_op.drop_index('ix_event_raw_data_client_id_created_at')
        batch_op.drop_index('ix_event_raw_data_client_id_canonical_url')
        batch_op.drop_index(batch_op.f('ix_event_raw_data_business_id'))

    op.drop_table('event_raw_data')
    with op.batch_alter_table('event_feedback', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_event_feedback_user_id'))
        batch_op.drop_index(batch_op.f('ix_event_feedback_business_id'))

    op.drop_table('event_feedback')
    with op.batch_alter_table('email_logs', schema=None) as batch_op:
        batch_op.drop_index('ix_email_logs_user_id_created_at')
        batch_op.drop_index('ix_email_logs_status_next_attempt_at')
        batch_op.drop_index('ix_email_logs_event_id')
        batch_op.drop_index('ix_email_logs_business_id_status')
        batch_op.drop_index('ix_email_logs_business_id_created_at')
        batch_op.drop_index(batch_op.f('ix_email_logs_business_id'))

    op.drop_table('email_logs')
    with op.batch_alter_table('source_checks', schema=None) as batch_op:
        batch_op.drop_index('ix_source_checks_client_id_created_at')
        batch_op.drop_index('ix_source_checks_business_id_source_created_at')
        batch_op.drop_index(batch_op.f('ix_source_checks_business_id'))

    op.drop_table('source_checks')
    with op.batch_alter_table('job_run_shards', schema=None) as batch_op:
        batch_op.drop_index('ix_job_run_shards_status_lease_expires_at')

    op.drop_table('job_run_shards')
    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.drop_index('ix_events_story_id')
        batch_op.drop_index('ix_events_job_run_id')
        batch_op.drop_index('ix_events_client_id_created_at')
        batch_op.drop_index('ix_events_business_id_created_at_id')
        batch_op.drop_index(batch_op.f('ix_events_business_id'))

    op.drop_table('events')
    with op.batch_alter_table('ai_calls', schema=None) as batch_op:
        batch_op.drop_index('ix_ai_calls_business_id_created_at')
        batch_op.drop_index(batch_op.f('ix_ai_calls_business_id'))

    op.drop_table('ai_calls')
    with op.batch_alter_table('job_runs', schema=None) as batch_op:
        batch_op.drop_index('uq_job_runs_active_schedule', sqlite_where=sa.text("status IN ('queued', 'running')"), postgresql_where=sa.text("status IN ('queued', 'running')"))
        batch_op.drop_index('ix_job_runs_status_created_at')
        batch_op.drop_index('ix_job_runs_schedule_id_created_at')
        batch_op.drop_index('ix_job_runs_business_id_created_at')
        batch_op.drop_index(batch_op.f('ix_job_runs_business_id'))

    op.drop_table('job_runs')
    with op.batch_alter_table('user_sessions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_user_sessions_user_id'))

    op.drop_table('user_sessions')
    with op.batch_alter_table('user_preferences', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_user_preferences_user_id'))
        batch_op.drop_index(batch_op.f('ix_user_preferences_business_id'))

    op.drop_table('user_preferences')
    with op.batch_alter_table('stories', schema=None) as batch_op:
        batch_op.drop_index('ix_stories_client_id_last_seen_at')
        batch_op.drop_index(batch_op.f('ix_stories_business_id'))

    op.drop_table('stories')
    with op.batch_alter_table('digest_issues', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_digest_issues_business_id'))

    op.drop_table('digest_issues')
    with op.batch_alter_table('crm_snapshots', schema=None) as batch_op:
        batch_op.drop_index('ix_crm_snapshots_client_id_created_at')
        batch_op.drop_index(batch_op.f('ix_crm_snapshots_business_id'))

    op.drop_table('crm_snapshots')
    with op.batch_alter_table('client_members', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_client_members_user_id'))

    op.drop_table('client_members')
    with op.batch_alter_table('automation_schedules', schema=None) as batch_op:
        batch_op.drop_index('ix_automation_schedules_is_active_next_run_at')
        batch_op.drop_index('ix_automation_schedules_business_id_created_at')
        batch_op.drop_index(batch_op.f('ix_automation_schedules_business_id'))

    op.drop_table('automation_schedules')
    with op.batch_alter_table('api_tokens', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_api_tokens_user_id'))
        batch_op.drop_index(batch_op.f('ix_api_tokens_business_id'))

    op.drop_table('api_tokens')
    with op.batch_alter_table('users', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_users_business_id'))

    op.drop_table('users')
    op.drop_table('suppressed_addresses')
    with op.batch_alter_table('clients', schema=None) as batch_op:
        batch_op.drop_index('ix_clients_business_id_status_name')
        batch_op.drop_index(batch_op.f('ix_clients_business_id'))

    op.drop_table('clients')
    with op.batch_alter_table('sign_in_attempts', schema=None) as batch_op:
        batch_op.drop_index('ix_sign_in_attempts_subject_created_at')

    op.drop_table('sign_in_attempts')
    op.drop_table('quota_uses')
    op.drop_table('provider_health')
    with op.batch_alter_table('process_heartbeats', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_process_heartbeats_kind'))

    op.drop_table('process_heartbeats')
    op.drop_table('businesses')
