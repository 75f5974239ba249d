using FsCheck;
using FsCheck.Fluent;
using Hyperplane.Terraform.Values;

namespace Hyperplane.Terraform.Tests.Values;

/// <summary>Values to MessagePack and back.</summary>
public sealed class ValueCodecTests
{
    private static readonly AttributeType[] Types =
    [
        AttributeType.Text, AttributeType.Number, AttributeType.Truth,
        AttributeType.List(AttributeType.Number), AttributeType.Set(AttributeType.Text),
        AttributeType.Map(AttributeType.List(AttributeType.Truth)),
        AttributeType.Object(
        [
            KeyValuePair.Create("name", AttributeType.Text),
            KeyValuePair.Create("ports", AttributeType.Set(AttributeType.Number)),
            KeyValuePair.Create("inner", AttributeType.Object([KeyValuePair.Create("on", AttributeType.Truth)])),
        ]),
    ];

    [Fact]
    public void Any_value_comes_back_as_it_was() => Prop.ForAll(
        Typed().ToArbitrary(),
        pair => ValueCodec.Decode(ValueCodec.Encode(pair.Value, pair.Type), pair.Type).Equals(pair.Value))
        .QuickCheckThrowOnFailure();

    [Fact]
    public void Any_bytes_are_a_value_or_refused() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        Gen.Elements(Types).ToArbitrary(),
        (bytes, type) =>
        {
            try
            {
                Value value = ValueCodec.Decode(bytes, type);
                return ValueCodec.Decode(ValueCodec.Encode(value, type), type).Equals(value);
            }
            catch (ValueException)
            {
                return true;
            }
        })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));

    [Fact]
    public void A_value_that_was_cut_is_refused() => Prop.ForAll(
        Typed().ToArbitrary(),
        pair =>
        {
            byte[] whole = ValueCodec.Encode(pair.Value, pair.Type);
            for (int length = 0; length < whole.Length; length++)
                Assert.Throws<ValueException>(() => ValueCodec.Decode(whole.AsSpan(0, length), pair.Type));
        })
        .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("d40000", "(known after apply)")]
    [InlineData("c70c0c81c2", null)]
    [InlineData("c7020c81c2", "(known after apply)")]
    [InlineData("c0", "null")]
    [InlineData("cd1f90", "8080")]
    [InlineData("cb3ff8000000000000", "1.5")]
    [InlineData("cb40c3880000000000", "10000")]
    [InlineData("cb7ff0000000000000", null)]
    [InlineData("a43130303" + "0", "1000")]
    [InlineData("a3616263", null)]
    [InlineData("cfffffffffffffffff", "18446744073709551615")]
    [InlineData("dd7fffffff", null)]
    public void Numbers_are_read_as_Terraform_writes_them(string hex, string? text)
    {
        byte[] bytes = Convert.FromHexString(hex);
        if (text is null)
            Assert.Throws<ValueException>(() => ValueCodec.Decode(bytes, AttributeType.Number));
        else
            Assert.Equal(text, ValueCodec.Decode(bytes, AttributeType.Number).ToString());
    }

    [Fact]
    public void An_object_is_written_with_all_its_members()
    {
        AttributeType type = AttributeType.Object(
            [KeyValuePair.Create("a", AttributeType.Text), KeyValuePair.Create("b", AttributeType.Truth)]);
        Value value = Value.Object([KeyValuePair.Create("a", Value.Text("x"))]);
        Assert.Equal("82A161A178A162C0", Convert.ToHexString(ValueCodec.Encode(value, type)));
    }

    [Fact]
    public void Sets_are_equal_in_any_order_and_lists_are_not()
    {
        Value[] two = [Value.Text("a"), Value.Text("b")];
        Assert.Equal(Value.Set(two), Value.Set(two.Reverse()));
        Assert.NotEqual(Value.List(two), Value.List(two.Reverse()));
    }

    private static Gen<(AttributeType Type, Value Value)> Typed() =>
        from type in Gen.Elements(Types)
        from value in Of(type)
        select (type, value);

    private static Gen<Value> Of(AttributeType type)
    {
        Gen<Value> known = type.Kind switch
        {
            TypeKind.Text => Gen.Elements("", "a", "é\"\\\n", new string('x', 31), new string('y', 70_000))
                .Select(Value.Text),
            TypeKind.Truth => ArbMap.Default.GeneratorFor<bool>().Select(one => Value.Truth(one)),
            TypeKind.Number => Gen.OneOf(
                ArbMap.Default.GeneratorFor<long>().Select(one => Value.Number(one)),
                Gen.Elements(0L, -1, -32, -33, 127, 128, 255, 256, 65_536, long.MinValue, long.MaxValue)
                    .Select(one => Value.Number(one)),
                ArbMap.Default.GeneratorFor<double>().Select(Value.Real),
                Gen.Constant(Value.ParseNumber("123456789012345678901234567890.5"))),
            TypeKind.List => Of(type.Element!).ListOf().Select(Value.List),
            TypeKind.Set => Of(type.Element!).ListOf().Select(Value.Set),
            TypeKind.Map => Gen.Elements("k", "", "longer key").ListOf()
                .SelectMany(keys => Of(type.Element!).ListOf(keys.Count).Select(values => Value.Object(
                    keys.Zip(values).Select(pair => KeyValuePair.Create(pair.First, pair.Second))))),
            _ => type.Members.Aggregate(
                Gen.Constant(Value.Object([])),
                (whole, member) => whole.SelectMany(
                    value => Of(member.Value).Select(one => value.With(member.Key, one)))),
        };
        return Gen.Frequency((8, known), (1, Gen.Constant(Value.Null)), (1, Gen.Constant(Value.Unknown)));
    }
}
