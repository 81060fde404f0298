//! Results as tables.

use crate::results::{BuildPeers, BuildTime, Instructions, PlaceFigures, Quantiles, ServerInstructions, ServerSpeed};
use crate::table::{Align, markdown};

impl PlaceFigures {
    /// The operations, a line each.
    pub fn table(&self) -> String {
        let columns = [
            ("operation", Align::Left),
            ("rounds", Align::Right),
            ("ormcore", Align::Right),
            ("rusqlite", Align::Right),
            ("rusqlite, QPSG", Align::Right),
            ("ratio", Align::Right),
            ("middle half", Align::Right),
            ("of minima", Align::Right),
        ];
        let rows = self.operations.iter().map(|figures| {
            vec![
                figures.title.clone(),
                figures.rounds.to_string(),
                microseconds(figures.ormcore_ns),
                microseconds(figures.raw_ns),
                microseconds(figures.raw_qpsg_ns),
                format!("{:.2}", figures.ratio),
                format!("{:.2} to {:.2}", figures.ratio_low, figures.ratio_high),
                format!("{:.2}", figures.ratio_of_minima),
            ]
        });
        markdown(&columns, &rows.collect::<Vec<_>>())
    }
}

impl ServerSpeed {
    /// The operations, a line each.
    pub fn table(&self) -> String {
        let columns = [
            ("operation", Align::Left),
            ("rounds", Align::Right),
            ("ormcore", Align::Right),
            ("postgres", Align::Right),
            ("tokio-postgres", Align::Right),
            ("ratio to postgres", Align::Right),
            ("to tokio-postgres", Align::Right),
        ];
        let ratio = |ratio: Quantiles| format!("{:.2} ({:.2} to {:.2})", ratio.median, ratio.low, ratio.high);
        let rows = self.operations.iter().map(|figures| {
            vec![
                figures.title.clone(),
                figures.rounds.to_string(),
                microseconds(figures.ormcore_ns),
                microseconds(figures.postgres_ns),
                microseconds(figures.tokio_postgres_ns),
                ratio(figures.to_postgres),
                ratio(figures.to_tokio_postgres),
            ]
        });
        markdown(&columns, &rows.collect::<Vec<_>>())
    }
}

fn microseconds(nanoseconds: f64) -> String {
    let microseconds = nanoseconds / 1000.0;
    if microseconds < 100.0 { format!("{microseconds:.2} us") } else { format!("{microseconds:.0} us") }
}

impl Instructions {
    /// The operations, a line each.
    pub fn table(&self) -> String {
        let columns = [
            ("operation", Align::Left),
            ("ormcore", Align::Right),
            ("rusqlite", Align::Right),
            ("more", Align::Right),
            ("ratio", Align::Right),
        ];
        let rows = self.operations.iter().map(|count| {
            vec![
                count.title.clone(),
                count.ormcore.to_string(),
                count.raw.to_string(),
                count.ormcore.cast_signed().saturating_sub(count.raw.cast_signed()).to_string(),
                format!("{:.2}", count.ratio),
            ]
        });
        markdown(&columns, &rows.collect::<Vec<_>>())
    }
}

impl ServerInstructions {
    /// The operations, a line each.
    pub fn table(&self) -> String {
        let columns = [
            ("operation", Align::Left),
            ("ormcore", Align::Right),
            ("postgres", Align::Right),
            ("tokio-postgres", Align::Right),
            ("ratio to postgres", Align::Right),
        ];
        let rows = self.operations.iter().map(|count| {
            vec![
                count.title.clone(),
                count.ormcore.to_string(),
                count.postgres.to_string(),
                count.tokio_postgres.to_string(),
                format!("{:.2}", count.ormcore as f64 / count.postgres as f64),
            ]
        });
        markdown(&columns, &rows.collect::<Vec<_>>())
    }
}

impl BuildTime {
    /// The times and the crates.
    pub fn text(&self) -> String {
        let columns = [("`cargo check` of", Align::Left), ("CPU seconds, median", Align::Right)];
        let rows = [
            ("an empty crate".to_string(), self.empty_seconds),
            (format!("a crate of {} models", self.models), self.models_seconds),
            (format!("difference (budget {:.1})", self.budget_seconds), self.difference_seconds),
        ];
        let rows = rows.map(|(what, seconds)| vec![what, format!("{seconds:.2}")]);
        format!("{}\n{}", markdown(&columns, &rows), self.crates_text())
    }

    fn crates_text(&self) -> String {
        let names = |shared: bool| {
            let names: Vec<&str> =
                self.crates.iter().filter(|(_, both)| **both == shared).map(|(name, _)| name.as_str()).collect();
            (names.len(), names.join(", "))
        };
        let ((needed, by_rusqlite), (added, by_ormcore)) = (names(true), names(false));
        format!("rusqlite alone needs {needed} crates: {by_rusqlite}. ormcore adds {added}: {by_ormcore}.")
    }
}

impl BuildPeers {
    /// The libraries, a line each.
    pub fn table(&self) -> String {
        let titles =
            ["crates", "cold check", "cold build", "all models: check", "build", "one touched: check", "build", "MB"];
        let mut columns = vec![("library", Align::Left)];
        columns.extend(titles.map(|title| (title, Align::Right)));
        let rows = self.libraries.iter().map(|cost| {
            let seconds = [
                cost.cold_check,
                cost.cold_build,
                cost.models_check,
                cost.models_build,
                cost.touched_check,
                cost.touched_build,
            ];
            let mut line = vec![cost.library.clone(), cost.crates.to_string()];
            line.extend(seconds.map(|seconds| format!("{seconds:.2}")));
            line.push(format!("{:.1}", cost.bytes as f64 / 1e6));
            line
        });
        markdown(&columns, &rows.collect::<Vec<_>>())
    }
}
