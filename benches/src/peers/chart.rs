use std::fmt::Write;

use crate::chart::{LEFT, TOP, WIDTH, head, line, text};
use crate::peers::results::PeerSpeed;

const LINE: f64 = 19.0;
const COLOURS: [&str; 5] = ["#1f5f99", "#d1812b", "#4c9a5b", "#a4508b", "#8a8a8a"];

/// The lines of the axis.
const TICKS: [f64; 10] = [0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 5.0, 10.0, 20.0, 50.0];

/// Every library's ratio to hand-written code as a dot, a line an operation, on a logarithmic axis, in SVG.
pub fn peer_chart(speed: &PeerSpeed) -> String {
    let cells = || speed.operations.iter().flat_map(|row| row.cells.iter().skip(1)).flatten();
    let ratios = || cells().map(|cell| cell.ratio.median);
    let scale = Scale { least: ratios().fold(0.9, f64::min) * 0.95, most: ratios().fold(2.0, f64::max) * 1.05 };
    let bottom = TOP + LINE * speed.operations.len() as f64;
    let title = format!("Time beside hand-written code, {} (1 is as quick, less is quicker; logarithmic)", speed.place);
    let mut svg = head(&title, bottom + 34.0);
    legend(&mut svg, speed);
    for tick in TICKS.into_iter().filter(|tick| (scale.least..=scale.most).contains(tick)) {
        let colour = if tick == 1.0 { "#222" } else { "#ddd" };
        line(&mut svg, (scale.x(tick), TOP - 6.0), (scale.x(tick), bottom), colour, "1");
        text(&mut svg, scale.x(tick), bottom + 16.0, "middle", "#555", &tick.to_string());
    }
    for (index, row) in speed.operations.iter().enumerate() {
        let y = TOP + LINE * index as f64 + LINE / 2.0;
        text(&mut svg, LEFT - 10.0, y + 4.0, "end", "#222", &row.title);
        line(&mut svg, (LEFT, y), (LEFT + WIDTH, y), "#f0f0f0", "1");
        // The first is drawn last: ormcore's dot is never hidden.
        for (library, cell) in row.cells.iter().enumerate().skip(1).rev() {
            let Some(cell) = cell else { continue };
            let (radius, colour) = (if library == 1 { 5.0 } else { 4.0 }, COLOURS[(library - 1) % COLOURS.len()]);
            let _ = writeln!(
                svg,
                "<circle cx=\"{:.1}\" cy=\"{y:.1}\" r=\"{radius}\" fill=\"{colour}\" fill-opacity=\"0.9\"/>",
                scale.x(cell.ratio.median)
            );
        }
    }
    svg + "</svg>\n"
}

struct Scale {
    least: f64,
    most: f64,
}

impl Scale {
    fn x(&self, ratio: f64) -> f64 {
        LEFT + WIDTH * (ratio / self.least).ln() / (self.most / self.least).ln()
    }
}

fn legend(svg: &mut String, speed: &PeerSpeed) {
    let mut x = 20.0;
    for (index, library) in speed.libraries.iter().skip(1).enumerate() {
        let label = format!("{}: {:.2}", library.name, library.geometric_mean);
        let colour = COLOURS[index % COLOURS.len()];
        let _ = writeln!(svg, "<circle cx=\"{:.1}\" cy=\"46\" r=\"5\" fill=\"{colour}\"/>", x + 6.0);
        text(svg, x + 17.0, 50.0, "start", "#222", &label);
        x += 40.0 + 7.0 * label.len() as f64;
    }
}
