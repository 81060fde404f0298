//! A chart that the server draws: bars of accuracies, as SVG.

use crate::models::MlModel;

const WIDTH: f64 = 400.0;
const ROW: f64 = 40.0;

/// One model, with its place in the picture.
pub(crate) struct Bar {
    pub(crate) name: String,
    pub(crate) percent: String,
    pub(crate) width: f64,
    pub(crate) text_y: f64,
    pub(crate) bar_y: f64,
}

pub(crate) struct Chart {
    pub(crate) bars: Vec<Bar>,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Chart {
    pub(crate) fn of(models: &[MlModel]) -> Self {
        let bars: Vec<Bar> = models.iter().zip(0..).map(|(model, place)| Bar::new(model, place)).collect();
        Chart { height: ROW * bars.len() as f64, width: WIDTH, bars }
    }
}

impl Bar {
    fn new(model: &MlModel, place: u32) -> Self {
        let top = ROW * f64::from(place);
        Bar {
            name: shortened(&format!("{} {}", model.name, model.version)),
            percent: model.percent(),
            width: (model.accuracy.clamp(0.0, 1.0) * WIDTH).round(),
            text_y: top + 16.0,
            bar_y: top + 22.0,
        }
    }
}

/// What fits above a bar.
fn shortened(text: &str) -> String {
    const MOST: usize = 38;
    if text.chars().count() <= MOST {
        return text.to_string();
    }
    text.chars().take(MOST - 1).chain(['…']).collect()
}
