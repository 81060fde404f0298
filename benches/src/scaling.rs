//! How cost grows: what `scaling` writes, as a table and as a chart.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

use crate::chart::{LEFT, WIDTH, head, line, text};
use crate::results::Machine;
use crate::table::{Align, markdown};

const TOP: f64 = 70.0;
const HEIGHT: f64 = 240.0;
const COLOURS: [&str; 6] = ["#1f5f99", "#d1812b", "#4c9a5b", "#a4508b", "#8a8a8a", "#b03030"];

/// `scaling.json`.
#[derive(Debug, Serialize, Deserialize)]
pub struct Scaling {
    pub machine: Machine,
    /// What the reader must know of this run.
    pub note: String,
    pub series: Vec<Series>,
}

/// One cost, and what it grows with.
#[derive(Debug, Serialize, Deserialize)]
pub struct Series {
    pub title: String,
    /// What is counted along the axis.
    pub of: String,
    /// What `ns` is for.
    pub cost: String,
    pub points: Vec<Point>,
}

/// The cost at one size.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Point {
    pub size: u64,
    /// The median.
    pub ns: f64,
    /// Of memory that the result keeps, for each row.
    pub bytes: Option<f64>,
    /// The ratio to hand-written code, where that was measured too.
    pub by_hand: Option<f64>,
}

impl Scaling {
    /// The points, a line each.
    pub fn table(&self) -> String {
        let columns = [
            ("what", Align::Left),
            ("size", Align::Right),
            ("cost", Align::Left),
            ("ns", Align::Right),
            ("to the cheapest", Align::Right),
            ("beside rusqlite", Align::Right),
            ("bytes a row", Align::Right),
        ];
        let rows = self.series.iter().flat_map(|series| {
            series.points.iter().map(|point| {
                vec![
                    series.title.clone(),
                    format!("{} {}", grouped(point.size), series.of),
                    series.cost.clone(),
                    format!("{:.1}", point.ns),
                    format!("{:.2}", point.ns / series.cheapest()),
                    point.by_hand.map_or_else(String::new, |ratio| format!("{ratio:.2}")),
                    point.bytes.map_or_else(String::new, |bytes| format!("{bytes:.0}")),
                ]
            })
        });
        markdown(&columns, &rows.collect::<Vec<_>>())
    }

    /// Each series as a line, beside its own cheapest point, over a logarithmic axis, in SVG: flat is good.
    pub fn chart(&self) -> String {
        let points = || self.series.iter().flat_map(|series| series.points.iter().map(move |point| (series, point)));
        let most = points().map(|(series, point)| point.ns / series.cheapest()).fold(2.0, f64::max) * 1.05;
        let decades = points().map(|(_, point)| (point.size as f64).log10()).fold(1.0, f64::max);
        let x = |size: u64| LEFT + WIDTH * (size as f64).log10() / decades;
        let y = |ratio: f64| TOP + HEIGHT * (1.0 - ratio / most);
        let mut svg = head(
            "Cost beside the cheapest size of each line (flat is good; sizes are logarithmic)",
            TOP + HEIGHT + 40.0,
        );
        for ratio in (0..=most as i64).map(|ratio| ratio as f64) {
            line(&mut svg, (LEFT, y(ratio)), (LEFT + WIDTH, y(ratio)), "#ddd", "1");
            text(&mut svg, LEFT - 6.0, y(ratio) + 4.0, "end", "#555", &ratio.to_string());
        }
        for decade in 0..=decades as u32 {
            text(&mut svg, x(10_u64.pow(decade)), TOP + HEIGHT + 18.0, "middle", "#555", &grouped(10_u64.pow(decade)));
        }
        for (index, series) in self.series.iter().enumerate() {
            let colour = COLOURS[index % COLOURS.len()];
            let points: Vec<String> = series
                .points
                .iter()
                .map(|point| format!("{:.1},{:.1}", x(point.size), y(point.ns / series.cheapest())))
                .collect();
            let _ = writeln!(
                svg,
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
                points.join(" ")
            );
            text(&mut svg, 20.0, TOP + 12.0 + 18.0 * index as f64, "start", colour, &series.title);
        }
        svg + "</svg>\n"
    }
}

impl Series {
    fn cheapest(&self) -> f64 {
        self.points.iter().map(|point| point.ns).fold(f64::INFINITY, f64::min)
    }
}

/// A number with spaces between its thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let chunks: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|chunk| std::str::from_utf8(chunk).ok()).collect();
    chunks.join(" ")
}
