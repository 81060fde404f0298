use std::error::Error;

use postgres::{Client, NoTls};

use crate::operation::Operation;
use crate::side::Orm;

/// A PostgreSQL database, in which each side has a schema of its own.
#[expect(missing_debug_implementations, reason = "its client has none")]
pub struct Server {
    url: String,
    client: Client,
}

impl Server {
    /// The database that `DATABASE_URL` names.
    pub fn from_environment() -> Result<Self, Box<dyn Error>> {
        let url = std::env::var("DATABASE_URL")
            .map_err(|_| "there is no `DATABASE_URL`: `benches/run --postgres` starts a server and sets it")?;
        let client = Client::connect(&url, NoTls)?;
        Ok(Server { url, client })
    }

    /// The version that it says it has, and what of its settings tells on times.
    pub fn description(&mut self) -> Result<String, Box<dyn Error>> {
        let sql = "SELECT 'PostgreSQL ' || current_setting('server_version') || ', fsync ' || current_setting('fsync') \
                   || ', shared_buffers ' || current_setting('shared_buffers')";
        Ok(self.client.query_one(sql, &[])?.try_get(0)?)
    }

    /// Makes a schema anew, with the tables as the operation wants them; gives the URL that leads there.
    pub fn filled_schema(&mut self, name: &str, operation: Operation) -> Result<String, Box<dyn Error>> {
        let schema = format!("benches_{name}");
        self.client.batch_execute(&format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}"))?;
        let separator = if self.url.contains('?') { '&' } else { '?' };
        let url = format!("{}{separator}options=-csearch_path%3D{schema}", self.url);
        operation.fill(&mut Orm::create(&url)?)?;
        for table in ["user", "wide", "author", "post", "profile", "page", "tag", "page_tag"] {
            // Nothing else is to run meanwhile.
            let off = format!("ALTER TABLE {schema}.\"{table}\" SET (autovacuum_enabled = off)");
            self.client.batch_execute(&off)?;
            self.client.batch_execute(&format!("VACUUM ANALYZE {schema}.\"{table}\""))?;
        }
        Ok(url)
    }
}
