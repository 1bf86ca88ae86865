def test_what_each_writes_both_read_in_one_order(dialogue):
    visitor, operator = dialogue
    visitor.hears(f"К переписке присоединился оператор {operator.name}")
    operator.says("Какой у вас договор?")
    visitor.hears("Какой у вас договор?")
    visitor.says("Первый")
    operator.hears("Первый")
    assert visitor.texts == operator.texts == ["Не приходит счёт", "Какой у вас договор?", "Первый"]
