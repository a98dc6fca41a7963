use std::fmt::{Display, Write as _};

/// What the classes of every picture look like. Fonts are those that have Chinese on common systems.
const STYLE: &str = "\
svg{background:#fff}\
text{font-family:'Noto Sans','Noto Sans CJK SC','PingFang SC','Microsoft YaHei',system-ui,sans-serif;fill:#1d2021}\
.title{font-weight:600}.quiet{fill:#5c6166}.grid{stroke:#e2dfd7}.axis{stroke:#5c6166}.line{fill:none}\
.panel{fill:#f6f5f1}.mark{stroke:#fff;stroke-width:1}\
.halo{paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}\
.c0{fill:#0072b2;stroke:#0072b2}.c1{fill:#d55e00;stroke:#d55e00}.c2{fill:#009e73;stroke:#009e73}\
.c3{fill:#cc79a7;stroke:#cc79a7}.c4{fill:#e69f00;stroke:#e69f00}.c5{fill:#56b4e9;stroke:#56b4e9}\
.c6{fill:#7a7a7a;stroke:#7a7a7a}.c7{fill:#1d2021;stroke:#1d2021}\
.line,.stroke{fill:none}\
@media(prefers-color-scheme:dark){svg{background:#141618}text{fill:#e9e8e4}.quiet{fill:#a5abb1}\
.grid{stroke:#33383d}.axis{stroke:#a5abb1}.panel{fill:#1d2023}.mark{stroke:#141618}.halo{stroke:#141618}\
.c0{fill:#4aa3df;stroke:#4aa3df}.c6{fill:#a5abb1;stroke:#a5abb1}.c7{fill:#e9e8e4;stroke:#e9e8e4}}";

/// A colour that stands for a kind of thing. All but `Grey` and `Text` are of Okabe and Ito's palette.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    Blue,
    Vermilion,
    Green,
    Purple,
    Orange,
    Sky,
    Grey,
    Text,
}

impl Ink {
    /// Colours for a series of unnamed kinds; from the ninth on they come again, so shapes must differ as well.
    pub fn nth(index: usize) -> Self {
        [Self::Blue, Self::Vermilion, Self::Green, Self::Purple, Self::Orange, Self::Sky, Self::Grey]
            [index % 7]
    }

    fn class(self) -> usize {
        self as usize
    }
}

/// A form that tells kinds apart where colours do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Circle,
    Square,
    Triangle,
    Diamond,
    Cross,
    Down,
}

impl Shape {
    /// Shapes for a series of unnamed kinds.
    pub fn nth(index: usize) -> Self {
        [Self::Circle, Self::Square, Self::Triangle, Self::Diamond, Self::Down, Self::Cross][index % 6]
    }
}

/// The side of its place on which a text begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

impl Anchor {
    fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// An SVG document in the making. Lengths are in pixels, y grows downwards; texts are escaped.
#[derive(Debug, Clone)]
pub struct Canvas {
    width: f64,
    height: f64,
    title: String,
    description: String,
    body: String,
}

impl Canvas {
    /// An empty picture. `title` and `description` are read aloud to those who do not see it.
    pub fn new(width: f64, height: f64, title: &str, description: &str) -> Self {
        Self { width, height, title: escape(title), description: escape(description), body: String::new() }
    }

    /// Writes text with its baseline at `y`. `class` is `""`, `title`, `quiet`, or `halo` over lines.
    pub fn text(&mut self, (x, y): (f64, f64), anchor: Anchor, size: f64, class: &str, text: &str) {
        let anchor = anchor.name();
        self.push(format_args!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size:.0}\" text-anchor=\"{anchor}\"{}>{}</text>",
            classed(class),
            escape(text)
        ));
    }

    /// Writes text that reads upwards, turned around its place.
    pub fn upward_text(&mut self, (x, y): (f64, f64), anchor: Anchor, size: f64, class: &str, text: &str) {
        let anchor = anchor.name();
        self.push(format_args!(
            "<text transform=\"translate({x:.1} {y:.1}) rotate(-90)\" font-size=\"{size:.0}\" \
             text-anchor=\"{anchor}\"{}>{}</text>",
            classed(class),
            escape(text)
        ));
    }

    /// Draws a straight line. `class` is `grid` or `axis`.
    pub fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), class: &str) {
        self.push(format_args!(
            "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"{}/>",
            classed(class)
        ));
    }

    /// Draws a coloured line through points.
    pub fn path(&mut self, points: &[(f64, f64)], ink: Ink, width: f64, dashed: bool) {
        let mut list = String::new();
        for (x, y) in points {
            // Writing to a String cannot fail.
            let _ = write!(list, "{x:.1},{y:.1} ");
        }
        let dash = if dashed { " stroke-dasharray=\"5 4\"" } else { "" };
        self.push(format_args!(
            "<polyline points=\"{}\" class=\"c{} line\" style=\"fill:none\" stroke-width=\"{width}\"{dash}/>",
            list.trim_end(),
            ink.class()
        ));
    }

    /// Fills a rectangle with a colour; `opacity` from 0 to 1.
    pub fn bar(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), ink: Ink, opacity: f64) {
        self.push(format_args!(
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" class=\"c{}\" \
             stroke=\"none\" style=\"stroke:none\" opacity=\"{opacity:.2}\"/>",
            ink.class()
        ));
    }

    /// Fills the area between two lines that run beside each other, from left to right; `opacity` from 0 to 1.
    pub fn band(&mut self, upper: &[(f64, f64)], lower: &[(f64, f64)], ink: Ink, opacity: f64) {
        let mut list = String::new();
        for (x, y) in upper.iter().chain(lower.iter().rev()) {
            // Writing to a String cannot fail.
            let _ = write!(list, "{x:.1},{y:.1} ");
        }
        self.push(format_args!(
            "<polygon points=\"{}\" class=\"c{}\" style=\"stroke:none\" opacity=\"{opacity:.2}\"/>",
            list.trim_end(),
            ink.class()
        ));
    }

    /// Lays a quiet ground under what follows.
    pub fn panel(&mut self, (x, y): (f64, f64), (width, height): (f64, f64)) {
        self.push(format_args!(
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" class=\"panel\"/>"
        ));
    }

    /// Marks a place; `radius` is that of the circle of about the same weight, `hint` shows under the pointer.
    pub fn mark(&mut self, (x, y): (f64, f64), radius: f64, shape: Shape, ink: Ink, hint: &str) {
        let outline = outline(x, y, radius, shape);
        let class = ink.class();
        let stroke = if shape == Shape::Cross { " stroke-width=\"2.5\"" } else { "" };
        let mark = if shape == Shape::Cross { "" } else { " mark" };
        self.push(format_args!(
            "<path d=\"{outline}\" class=\"c{class}{mark}\"{stroke}><title>{}</title></path>",
            escape(hint)
        ));
    }

    /// Marks a place with an outline that lets what is below shine through.
    pub fn hollow_mark(&mut self, (x, y): (f64, f64), radius: f64, shape: Shape, ink: Ink, hint: &str) {
        let (outline, class) = (outline(x, y, radius, shape), ink.class());
        self.push(format_args!(
            "<path d=\"{outline}\" class=\"c{class}\" style=\"fill:none\" stroke-width=\"1.8\"><title>{}</title></path>",
            escape(hint)
        ));
    }

    /// The whole document.
    pub fn finish(self) -> String {
        let Self { width, height, title, description, body } = self;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
             height=\"{height:.0}\" role=\"img\" aria-labelledby=\"title description\">\n\
             <title id=\"title\">{title}</title>\n<desc id=\"description\">{description}</desc>\n\
             <style>{STYLE}</style>\n{body}</svg>\n"
        )
    }

    fn push(&mut self, element: impl Display) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.body, "{element}");
    }
}

fn classed(class: &str) -> String {
    if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") }
}

/// The outline of a mark, in the units of a path.
fn outline(x: f64, y: f64, r: f64, shape: Shape) -> String {
    let polygon = |points: &[(f64, f64)]| {
        let corner = |(at, (dx, dy)): (usize, &(f64, f64))| {
            format!("{}{:.1} {:.1}", if at == 0 { 'M' } else { 'L' }, x + dx * r, y + dy * r)
        };
        points.iter().enumerate().map(corner).collect::<String>() + "Z"
    };
    match shape {
        Shape::Circle => format!(
            "M{:.1} {y:.1}a{r:.1} {r:.1} 0 1 0 {:.1} 0a{r:.1} {r:.1} 0 1 0 {:.1} 0Z",
            x - r,
            2.0 * r,
            -2.0 * r
        ),
        Shape::Square => polygon(&[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]),
        Shape::Triangle => polygon(&[(0.0, -1.2), (1.1, 0.8), (-1.1, 0.8)]),
        Shape::Down => polygon(&[(0.0, 1.2), (1.1, -0.8), (-1.1, -0.8)]),
        Shape::Diamond => polygon(&[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)]),
        Shape::Cross => format!(
            "M{:.1} {:.1}L{:.1} {:.1}M{:.1} {:.1}L{:.1} {:.1}",
            x - r,
            y - r,
            x + r,
            y + r,
            x - r,
            y + r,
            x + r,
            y - r
        ),
    }
}

/// Text that stays text within XML: markup is escaped, and what XML 1.0 cannot hold becomes a blank.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => safe.push(' '),
            char if char.is_control() => safe.push(' '),
            char => safe.push(char),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::{Anchor, Canvas, Ink, Shape};

    #[test]
    fn what_a_customer_wrote_stays_text() {
        let mut canvas = Canvas::new(10.0, 10.0, "<script>", "a & b");
        canvas.text((0.0, 0.0), Anchor::Start, 12.0, "", "</text><script>\"\u{1}送货\u{ffff}");
        canvas.mark((1.0, 1.0), 3.0, Shape::Cross, Ink::Blue, "<b>");
        let svg = canvas.finish();
        assert!(!svg.contains("<script>") && !svg.contains("<b>") && !svg.contains('\u{1}'), "{svg}");
        assert!(svg.contains("&lt;/text&gt;&lt;script&gt;&quot; 送货 </text>"), "{svg}");
    }
}
