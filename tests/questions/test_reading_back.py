def test_stress_reads_the_text_of_every_sheet() -> None:
    made = bt.exercise("update", seed=1).instance
    part = made.parts[0]
    wrong = made._replace(
        parts=(part._replace(answer=part.answer._replace(value=part.answer.value + 1e-5)), *made.parts[1:])
    )
    assert reread(SimpleNamespace(exercises=[SimpleNamespace(instance=made)])) == ()
    assert len(reread(SimpleNamespace(exercises=[SimpleNamespace(instance=wrong)]))) == 1
