use std::fmt::Write;

use crate::results::{PlaceFigures, Speed};

const LEFT: f64 = 330.0;
const WIDTH: f64 = 400.0;
const TOP: f64 = 76.0;
const BAR: f64 = 13.0;
const GAP: f64 = 12.0;
const COLOURS: [&str; 2] = ["#2f6f9f", "#e0973c"];
/// The target of the design.
const TARGET: f64 = 1.10;

/// The ratios as bars, in SVG: one group an operation, one bar a place, a thin line where the middle half of the rounds
/// lies.
pub fn chart(speed: &Speed) -> String {
    let operations = speed.places.first().map_or(0, |place| place.operations.len());
    let group = BAR * speed.places.len() as f64 + GAP;
    let bottom = TOP + group * operations as f64;
    let ratios = speed.places.iter().flat_map(|place| &place.operations).map(|figures| figures.ratio);
    // The lines of the middle halves may reach further and are cut: a disk that was busy is not worth the space.
    let scale = Scale { most: (ratios.fold(1.1, f64::max) * 10.0 + 2.0).ceil() / 10.0 };
    let mut svg = head(bottom + 46.0);
    legend(&mut svg, &speed.places);
    axis(&mut svg, &scale, bottom);
    for (index, place) in speed.places.iter().enumerate() {
        for (row, figures) in place.operations.iter().enumerate() {
            let y = TOP + group * row as f64 + BAR * index as f64;
            if index == 0 {
                let middle = y + (group - GAP) / 2.0 + 4.0;
                text(&mut svg, LEFT - 10.0, middle, "end", "#222", &figures.title);
            }
            let (low, high) = (scale.x(figures.ratio_low), scale.x(figures.ratio_high));
            bar(&mut svg, y, scale.x(figures.ratio), COLOURS[index % COLOURS.len()]);
            line(&mut svg, (low, y + BAR / 2.0), (high, y + BAR / 2.0), "#222", "1");
            text(&mut svg, high + 6.0, y + BAR - 3.0, "start", "#222", &format!("{:.2}", figures.ratio));
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

fn head(height: f64) -> String {
    let width = LEFT + WIDTH + 70.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    let title = "Time of ormcore beside hand-written rusqlite (1.00 is as quick, less is quicker)";
    let _ = writeln!(svg, "<text x=\"20\" y=\"26\" font-size=\"15\" font-weight=\"bold\" fill=\"#222\">{title}</text>");
    svg
}

fn legend(svg: &mut String, places: &[PlaceFigures]) {
    let mut x = LEFT;
    for (index, place) in places.iter().enumerate() {
        let _ = writeln!(
            svg,
            "<rect x=\"{x}\" y=\"40\" width=\"12\" height=\"12\" fill=\"{}\"/>",
            COLOURS[index % COLOURS.len()]
        );
        let label = format!("{}: geometric mean {:.2}", place.place, place.geometric_mean);
        text(svg, x + 17.0, 50.0, "start", "#222", &label);
        x += 30.0 + 7.0 * label.len() as f64;
    }
}

fn axis(svg: &mut String, scale: &Scale, bottom: f64) {
    let steps = (scale.most / 0.2).round() as usize;
    for tick in (0..=steps).map(|step| step as f64 * 0.2).filter(|tick| *tick <= scale.most) {
        line(svg, (scale.x(tick), TOP - 6.0), (scale.x(tick), bottom), "#ddd", "1");
        text(svg, scale.x(tick), bottom + 16.0, "middle", "#555", &format!("{tick:.1}"));
    }
    line(svg, (scale.x(1.0), TOP - 6.0), (scale.x(1.0), bottom), "#222", "1");
    line(svg, (scale.x(TARGET), TOP - 6.0), (scale.x(TARGET), bottom + 22.0), "#b03030", "1.5");
    text(svg, scale.x(TARGET), bottom + 34.0, "middle", "#b03030", &format!("target {TARGET:.2}"));
}

fn bar(svg: &mut String, y: f64, end: f64, colour: &str) {
    let (width, height) = (end - LEFT, BAR - 1.0);
    let _ = writeln!(
        svg,
        "<rect x=\"{LEFT}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height}\" fill=\"{colour}\" fill-opacity=\"0.85\"/>"
    );
}

fn line(svg: &mut String, from: (f64, f64), to: (f64, f64), colour: &str, width: &str) {
    let _ = writeln!(
        svg,
        "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke=\"{colour}\" stroke-width=\"{width}\"/>",
        from.0, from.1, to.0, to.1
    );
}

fn text(svg: &mut String, x: f64, y: f64, anchor: &str, colour: &str, text: &str) {
    let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" fill=\"{colour}\">{text}</text>");
}
