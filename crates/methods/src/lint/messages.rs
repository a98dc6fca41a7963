use super::words::Lists;
use super::{Hit, Rule};
use crate::text::Language;

/// What is wrong with a hit and what to do, in the language of the line; `span` is what was hit.
pub(super) fn of(language: Language, hit: &Hit, span: &str, lists: &Lists) -> (String, String) {
    let chinese = language == Language::Chinese;
    let (message, suggestion) = if chinese { chinese_of(hit) } else { english_of(hit) };
    let message = message.replace("{}", span);
    // The longest word with a hint within the hit speaks for it.
    let example = lists.hint(&span.to_ascii_lowercase()).or_else(|| {
        let words = lists.set(hit.rule, "hint").iter().filter_map(|entry| entry.split_once('='));
        words
            .filter(|(word, _)| chinese && span.ends_with(word))
            .max_by_key(|(word, _)| word.len())
            .map(|(_, example)| example)
    });
    let suggestion = match example {
        Some(example) if chinese => format!("{suggestion}例如：{example}。"),
        Some(example) => format!("{suggestion} For instance: {example}."),
        None => suggestion.to_owned(),
    };
    (message, suggestion)
}

fn chinese_of(hit: &Hit) -> (&'static str, &'static str) {
    match hit.rule {
        Rule::R1 => ("“{}”把两个意思连在一句里。", "拆成两条，每条只说一个意思。"),
        Rule::R2 => ("只有名词或功能，没有说好到什么样。", "加上状态，如“均匀地”“方便”“噪声小”。"),
        Rule::R3 if hit.review => ("“{}”也可能是质量特性的名称。", "若指顾客感到的状态可保留，否则改写。"),
        Rule::R3 => ("“{}”是质量特性，不是顾客的话。", "写出顾客看得到、感觉得到的状态。"),
        Rule::R4 => ("“{}”是对策或手段。", "写出顾客因此得到什么。"),
        Rule::R5 => ("“{}”是否定，只能判断有或无。", "写出希望看到的状态。"),
        Rule::R6 => ("“{}”没有说明对象。", "用“将……”或“把……”写明对象。"),
        Rule::R7 if hit.end - hit.start > 20 => ("太长，像一段说明。", "只留一个状态，控制在二十字以内。"),
        Rule::R7 => ("“{}”太抽象，各人理解不同。", "写出具体的情景和状态。"),
        Rule::R8 => ("“{}”表达的是愿望。", "直接写成已经达到的状态。"),
        Rule::L6 => ("“{}”在比较，但没有说与什么相比。", "写出比较的对象或数值。"),
        Rule::L8 => ("“{}”没有边界，难以验证。", "写出适用的范围。"),
        Rule::L9 => ("“{}”没有写完。", "逐项列出，或拆成几条。"),
        Rule::L12 => ("“{}”留下了退路。", "写明条件，或删去。"),
        Rule::L16 => ("“{}”还没有决定。", "决定之后再写，或另行记录。"),
    }
}

fn english_of(hit: &Hit) -> (&'static str, &'static str) {
    match hit.rule {
        Rule::R1 => ("\"{}\" joins two meanings in one phrase.", "Write one phrase for each meaning."),
        Rule::R2 => (
            "it names a thing or a function and no quality.",
            "Say how it is or how well it is done: evenly, easy to …, quiet.",
        ),
        Rule::R3 if hit.review => (
            "\"{}\" may be the name of a quality characteristic.",
            "Keep it if customers perceive just that, else rewrite it.",
        ),
        Rule::R3 => (
            "\"{}\" names a quality characteristic, in words no customer uses.",
            "Describe the state that a customer sees or feels.",
        ),
        Rule::R4 => ("\"{}\" is a means.", "Say what the customer gains by it."),
        Rule::R5 => {
            ("\"{}\" negates: it can only be judged as yes or no.", "Say which state is wanted instead.")
        }
        Rule::R6 => ("\"{}\": it is not said what.", "Name the object."),
        Rule::R7 if hit.end - hit.start > 20 => ("it is an essay.", "Keep one state, in at most 13 words."),
        Rule::R7 => {
            ("\"{}\" is abstract: everybody reads it differently.", "Name the situation and the state.")
        }
        Rule::R8 => ("\"{}\" is a wish.", "Write it as a state that is reached."),
        Rule::L6 => ("\"{}\" compares and does not say with what.", "Name the base or a number."),
        Rule::L8 => ("\"{}\" has no bounds and cannot be verified.", "Say where it applies."),
        Rule::L9 => ("\"{}\" leaves the end open.", "List all, or write several phrases."),
        Rule::L12 => ("\"{}\" leaves a way out.", "State the condition, or leave it out."),
        Rule::L16 => ("\"{}\" is not decided.", "Decide first, or note it elsewhere."),
    }
}
