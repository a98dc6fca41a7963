use crate::kano::Category;

/// The exponent 1/k of the level-up ratio (Tan and Shen 2000); none for classes whose ratio is left alone.
pub(super) fn exponent(class: Category) -> Option<f64> {
    match class {
        Category::MustBe => Some(2.0),
        Category::OneDimensional => Some(1.0),
        Category::Attractive => Some(0.5),
        Category::Indifferent | Category::Reverse | Category::Unclassified => None,
    }
}
