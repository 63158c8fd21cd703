-- Failed jobs are few among millions that went well: their page and the health page look at them alone.
CREATE INDEX jobs_failed ON procrastinate_jobs (id) WHERE status = 'failed';
