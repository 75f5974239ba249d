using Hyperplane.Terraform.Schemas;
using Hyperplane.Terraform.Values;

namespace Hyperplane.Terraform.Tests.Schemas;

/// <summary>What a plan makes of configuration, defaults and state.</summary>
public sealed class PlannerTests
{
    private static readonly Field[] Fields =
    [
        Field.Text("id", "").Computed(),
        Field.Text("name", "").Required().Replaces(),
        Field.Number("size", "").Or(Value.Number(3)),
        Field.Text("seen", "").Volatile(),
        Field.Of(
            Nesting.Map, "zones", "", Field.Text("address", "").Optional().Computed().Replaces(),
            Field.Text("by", "").Optional()).Required(),
    ];

    private static readonly Value Prior = Of(
        ("id", Value.Text("1")), ("name", Value.Text("n")), ("size", Value.Number(3)), ("seen", Value.Text("s")),
        ("zones", Of(("a", Of(("address", Value.Text("x")), ("by", Value.Null))))));

    [Fact]
    public void A_new_one_has_defaults_and_does_not_know_what_is_told() => Assert.Equal(
        Of(
            ("id", Value.Unknown), ("name", Value.Text("n")), ("size", Value.Number(3)), ("seen", Value.Unknown),
            ("zones", Of(("a", Of(("address", Value.Unknown), ("by", Value.Null)))))),
        Plan(Config("n"), Value.Null));

    [Fact]
    public void What_did_not_change_is_planned_as_it_is()
    {
        Assert.Equal(Prior, Plan(Config("n"), Prior));
        Assert.Empty(Replacing(Config("n"), Prior));
    }

    [Fact]
    public void What_is_taken_out_of_a_configuration_gets_its_default() => Assert.Equal(
        Prior, Plan(Config("n"), Prior.With("size", Value.Number(9))));

    [Fact]
    public void A_new_zone_knows_its_address_later_and_replaces_nothing()
    {
        Value config = Config("n").With("zones", Of(("a", Of()), ("b", Of())));
        Value planned = Plan(config, Prior);
        Assert.Equal(Value.Text("x"), planned["zones"]["a"]["address"]);
        Assert.Equal(Value.Unknown, planned["zones"]["b"]["address"]);
        Assert.Empty(Replacing(config, Prior));
    }

    [Fact]
    public void Another_address_of_a_zone_replaces_and_says_where()
    {
        Value config = Config("n").With("zones", Of(("a", Of(("address", Value.Text("y"))))));
        FieldPath path = Assert.Single(Replacing(config, Prior));
        Assert.Equal(["zones", "a", "address"], path.Steps.Select(step => step.Name));
        Assert.Equal([false, true, false], path.Steps.Select(step => step.IsKey));
    }

    [Fact]
    public void A_name_that_is_not_known_yet_may_be_another_one() =>
        Assert.Single(Replacing(Config("n").With("name", Value.Unknown), Prior));

    [Fact]
    public void A_change_makes_unknown_what_any_change_may_change() => Assert.Equal(
        Value.Unknown, Planner.Unsettle(Fields, Prior)["seen"]);

    [Fact]
    public void Rules_are_told_with_the_path_and_unknown_values_are_not_judged()
    {
        Field[] fields =
        [
            Field.Of(Nesting.Single, "check", "", Field.Number("port", "").Optional().Between(1, 9)).Optional(),
        ];
        Finding finding = Assert.Single(
            Validator.Judge(fields, Of(("check", Of(("port", Value.Number(10)))))));
        Assert.Equal(["check", "port"], finding.Path!.Steps.Select(step => step.Name));
        Assert.Empty(Validator.Judge(fields, Of(("check", Of(("port", Value.Unknown))))));
    }

    private static Value Plan(Value config, Value prior) => Planner.Plan(Fields, config, prior);

    private static IEnumerable<FieldPath> Replacing(Value config, Value prior) =>
        Planner.Replacing(Fields, config, Plan(config, prior), prior);

    private static Value Config(string name) => Of(("name", Value.Text(name)), ("zones", Of(("a", Of()))));

    private static Value Of(params (string Name, Value Member)[] members) =>
        Value.Object(members.Select(one => KeyValuePair.Create(one.Name, one.Member)));
}
