use std::fmt::Write;

use crate::results::{Quantiles, ServerSpeed, Speed};

pub(crate) const LEFT: f64 = 330.0;
pub(crate) const WIDTH: f64 = 400.0;
pub(crate) const TOP: f64 = 76.0;
const BAR: f64 = 13.0;
const GAP: f64 = 12.0;
const COLOURS: [&str; 2] = ["#2f6f9f", "#e0973c"];

/// What is drawn: for each operation a bar in each of several colours.
struct Drawn<'a> {
    title: &'a str,
    target: f64,
    operations: Vec<&'a str>,
    series: Vec<Series>,
}

/// The bars of one colour.
struct Series {
    label: String,
    ratios: Vec<Quantiles>,
}

/// The ratios on SQLite, a bar a place.
pub fn chart(speed: &Speed) -> String {
    let series = speed.places.iter().map(|place| Series {
        label: format!("{}: geometric mean {:.2}", place.place, place.geometric_mean),
        ratios: place
            .operations
            .iter()
            .map(|figures| Quantiles { median: figures.ratio, low: figures.ratio_low, high: figures.ratio_high })
            .collect(),
    });
    let titles = speed.places.first().map(|place| place.operations.iter().map(|figures| figures.title.as_str()));
    draw(&Drawn {
        title: "Time of ormcore beside hand-written rusqlite (1.00 is as quick, less is quicker)",
        // That of the design.
        target: 1.10,
        operations: titles.into_iter().flatten().collect(),
        series: series.collect(),
    })
}

/// The ratios on PostgreSQL, a bar a client.
pub fn server_chart(speed: &ServerSpeed) -> String {
    let series = |name: &str, mean: f64, ratios: Vec<Quantiles>| Series {
        label: format!("beside {name}: geometric mean {mean:.2}"),
        ratios,
    };
    let operations = &speed.operations;
    draw(&Drawn {
        title: "Time of ormcore beside hand-written clients of PostgreSQL (1.00 is as quick, less is quicker)",
        target: 1.0,
        operations: operations.iter().map(|figures| figures.title.as_str()).collect(),
        series: vec![
            series(
                "postgres",
                speed.geometric_mean_to_postgres,
                operations.iter().map(|figures| figures.to_postgres).collect(),
            ),
            series(
                "tokio-postgres",
                speed.geometric_mean_to_tokio_postgres,
                operations.iter().map(|figures| figures.to_tokio_postgres).collect(),
            ),
        ],
    })
}

/// The ratios as bars, in SVG: one group an operation, one bar a series, a thin line where the middle half of the rounds
/// lies.
fn draw(drawn: &Drawn<'_>) -> String {
    let group = BAR * drawn.series.len() as f64 + GAP;
    let bottom = TOP + group * drawn.operations.len() as f64;
    let ratios = drawn.series.iter().flat_map(|series| &series.ratios).map(|ratio| ratio.median);
    // The lines of the middle halves may reach further and are cut: a disk that was busy is not worth the space.
    let scale = Scale { most: (ratios.fold(1.1, f64::max) * 10.0 + 2.0).ceil() / 10.0 };
    let mut svg = head(drawn.title, bottom + 46.0);
    legend(&mut svg, &drawn.series);
    axis(&mut svg, &scale, bottom, drawn.target);
    for (row, title) in drawn.operations.iter().enumerate() {
        let middle = TOP + group * row as f64 + (group - GAP) / 2.0 + 4.0;
        text(&mut svg, LEFT - 10.0, middle, "end", "#222", title);
    }
    for (index, series) in drawn.series.iter().enumerate() {
        for (row, ratio) in series.ratios.iter().enumerate() {
            let y = TOP + group * row as f64 + BAR * index as f64;
            let (low, high) = (scale.x(ratio.low), scale.x(ratio.high));
            bar(&mut svg, y, scale.x(ratio.median), COLOURS[index % COLOURS.len()]);
            line(&mut svg, (low, y + BAR / 2.0), (high, y + BAR / 2.0), "#222", "1");
            text(&mut svg, high + 6.0, y + BAR - 3.0, "start", "#222", &format!("{:.2}", ratio.median));
        }
    }
    svg + "</svg>\n"
}

struct Scale {
    most: f64,
}

impl Scale {
    fn x(&self, ratio: f64) -> f64 {
        LEFT + WIDTH * ratio.min(self.most) / self.most
    }
}

pub(crate) fn head(title: &str, height: f64) -> String {
    let width = LEFT + WIDTH + 70.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    let _ = writeln!(svg, "<text x=\"20\" y=\"26\" font-size=\"15\" font-weight=\"bold\" fill=\"#222\">{title}</text>");
    svg
}

fn legend(svg: &mut String, series: &[Series]) {
    let mut x = LEFT;
    for (index, series) in series.iter().enumerate() {
        let _ = writeln!(
            svg,
            "<rect x=\"{x}\" y=\"40\" width=\"12\" height=\"12\" fill=\"{}\"/>",
            COLOURS[index % COLOURS.len()]
        );
        text(svg, x + 17.0, 50.0, "start", "#222", &series.label);
        x += 30.0 + 7.0 * series.label.len() as f64;
    }
}

fn axis(svg: &mut String, scale: &Scale, bottom: f64, target: f64) {
    let steps = (scale.most / 0.2).round() as usize;
    for tick in (0..=steps).map(|step| step as f64 * 0.2).filter(|tick| *tick <= scale.most) {
        line(svg, (scale.x(tick), TOP - 6.0), (scale.x(tick), bottom), "#ddd", "1");
        text(svg, scale.x(tick), bottom + 16.0, "middle", "#555", &format!("{tick:.1}"));
    }
    line(svg, (scale.x(1.0), TOP - 6.0), (scale.x(1.0), bottom), "#222", "1");
    line(svg, (scale.x(target), TOP - 6.0), (scale.x(target), bottom + 22.0), "#b03030", "1.5");
    text(svg, scale.x(target), bottom + 34.0, "middle", "#b03030", &format!("target {target:.2}"));
}

fn bar(svg: &mut String, y: f64, end: f64, colour: &str) {
    let (width, height) = (end - LEFT, BAR - 1.0);
    let _ = writeln!(
        svg,
        "<rect x=\"{LEFT}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height}\" fill=\"{colour}\" fill-opacity=\"0.85\"/>"
    );
}

pub(crate) fn line(svg: &mut String, from: (f64, f64), to: (f64, f64), colour: &str, width: &str) {
    let _ = writeln!(
        svg,
        "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke=\"{colour}\" stroke-width=\"{width}\"/>",
        from.0, from.1, to.0, to.1
    );
}

pub(crate) fn text(svg: &mut String, x: f64, y: f64, anchor: &str, colour: &str, text: &str) {
    let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" fill=\"{colour}\">{text}</text>");
}
