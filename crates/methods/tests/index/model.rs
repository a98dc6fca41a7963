use ting_methods::index::Model;

const HEAD: &str = "title = \"t\"\nscale = [1, 10]\n[[latent]]\nname = \"A\"\nindicators = [\"a\"]\n[[latent]]\nname = \"B\"\nindicators = [\"b\", \"c\"]\n";
const PATH: &str = "[[path]]\nfrom = \"A\"\nto = \"B\"\n";

#[test]
fn shipped_models_are_whole_and_know_their_names() {
    for (name, text) in Model::SHIPPED {
        let model = Model::parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(model.latents().iter().all(|latent| latent.zh.is_some() && latent.scale.is_some()), "{name}");
        let names: Vec<&str> = model.latents().iter().map(|latent| latent.name.as_str()).collect();
        assert!(names.contains(&"Satisfaction") && names.contains(&"Loyalty"), "{name}: {names:?}");
        // Of all of them satisfaction has causes and an effect.
        let satisfaction = names.iter().position(|name| *name == "Satisfaction").unwrap();
        assert!(model.paths().iter().any(|path| path.to == satisfaction), "{name}");
        assert!(model.paths().iter().any(|path| path.from == satisfaction), "{name}");
    }
    let mobi = Model::parse(Model::shipped("ecsi-mobi").unwrap()).unwrap();
    assert_eq!((mobi.latents().len(), mobi.paths().len(), mobi.indicators().count()), (7, 12, 24));
    assert!(Model::shipped("icsi").is_none());
}

#[test]
fn what_is_wrong_in_a_model_is_told_with_its_line() {
    assert!(Model::parse(&format!("{HEAD}{PATH}")).is_ok());
    for (text, told) in [
        (String::new(), "line 1: missing field `title`"),
        ("title = \"t\"\n".to_owned(), "line 1: a model needs two latent variables"),
        (format!("{HEAD}{PATH}colour = 1\n"), "line 12: unknown field `colour`"),
        (format!("{HEAD}[[path]]\nfrom = \"A\"\nto = \"C\"\n"), "line 11: there is no latent variable C"),
        (format!("{HEAD}{PATH}{PATH}"), "line 13: the path from A to B is there twice"),
        (
            format!("{HEAD}{PATH}[[path]]\nfrom = \"B\"\nto = \"A\"\n"),
            "line 13: the path from B to A closes a loop",
        ),
        (
            format!("{HEAD}{PATH}[[path]]\nfrom = \"B\"\nto = \"B\"\n"),
            "line 13: the path from B to B closes a loop",
        ),
        (HEAD.to_owned(), "line 4: no path leads to or from the latent variable A"),
        (HEAD.replace("\"c\"", "\"a\"") + PATH, "line 8: the indicator a is there twice"),
        (HEAD.replace("\"B\"", "\"A\"") + PATH, "line 7: the latent variable A is there twice"),
        (HEAD.replace("\"B\"", "\" \"") + PATH, "line 7: a latent variable has no name"),
        (HEAD.replace("[\"a\"]", "[]") + PATH, "line 4: the latent variable A has no indicators"),
        (HEAD.replace("[1, 10]", "[10, 1]") + PATH, "line 2: a scale goes from its lowest"),
        (HEAD.replace("[1, 10]", "[nan, 1]") + PATH, "line 2: a scale goes from its lowest"),
        (format!("{HEAD}mode = \"C\"\n{PATH}"), "line 9: unknown variant `C`"),
        (format!("{HEAD}{PATH}sign = \"0\"\n"), "line 12: unknown variant `0`"),
    ] {
        let error = Model::parse(&text).unwrap_err().to_string();
        assert!(error.starts_with(told), "{text}\n{error}");
    }
}

#[test]
fn causes_come_before_effects() {
    let model = Model::parse(Model::shipped("ecsi-mobi").unwrap()).unwrap();
    assert_eq!(model.depths(), [0, 1, 2, 3, 4, 5, 6]);
}
