using Hyperplane.Dataplane.Flows;
using Hyperplane.Lab;

namespace Hyperplane.Dataplane.Tests.Flows;

public sealed class RowIndexTests
{
    private const ulong Seed = 7;

    /// <summary>Few keys and a full index, so that groups overflow all the time; and many, so that it grows.</summary>
    [Theory]
    [InlineData(1, 6, 8, 20_000)]
    [InlineData(2, 32, 40, 20_000)]
    [InlineData(3, 200, 250, 40_000)]
    [InlineData(4, 200, 8, 40_000)]
    [InlineData(5, 5_000, 1, 100_000)]
    [InlineData(6, 5_000, 10_000, 100_000)]
    public void It_does_what_a_dictionary_does(int seed, int rows, int entries, int steps)
    {
        var chance = new Random(seed);
        var keys = new FlowKey[rows];
        var index = new RowIndex<Column>(new Column(keys), rows, Seed, entries);
        var model = new Dictionary<FlowKey, int>();
        for (int step = 0; step < steps; step++)
        {
            int row = chance.Next(rows);
            // A row leaves before it takes another key; some keys are those of other rows, which then lose them.
            bool isThere = model.TryGetValue(keys[row], out int led) && led == row;
            Assert.Equal(isThere, index.Remove(row, Hash(keys[row])));
            if (isThere)
                model.Remove(keys[row]);
            if (chance.Next(4) > 0)
            {
                keys[row] = Key(chance.Next(rows * 2));
                Assert.Equal(
                    model.GetValueOrDefault(keys[row], -1), index.Set(keys[row], Hash(keys[row]), row));
                model[keys[row]] = row;
            }
            FlowKey any = Key(chance.Next(rows * 2));
            Assert.Equal(model.GetValueOrDefault(any, -1), index.Find(any, Hash(any)));
        }
        Assert.NotEmpty(model);
        for (int number = 0; number < rows * 2; number++)
            Assert.Equal(model.GetValueOrDefault(Key(number), -1), index.Find(Key(number), Hash(Key(number))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_000)]
    public void With_room_for_five_quarters_it_never_grows(int rows)
    {
        var keys = Enumerable.Range(0, rows).Select(Key).ToArray();
        var index = default(RowIndex<Column>);
        Assert.Equal(0, Allocations.In(3, _ => Fill(), before: _ =>
            index = new RowIndex<Column>(new Column(keys), rows, Seed, (rows * 5 / 4) + 1)));
        Assert.True(index.Remove(0, Hash(keys[0])));

        void Fill()
        {
            for (int row = 0; row < rows; row++)
                index.Set(keys[row], Hash(keys[row]), row);
        }
    }

    [Fact]
    public void Most_guesses_are_right()
    {
        var keys = Enumerable.Range(0, 10_000).Select(Key).ToArray();
        var index = new RowIndex<Column>(new Column(keys), keys.Length, Seed, keys.Length * 5 / 4);
        for (int row = 0; row < keys.Length; row++)
            index.Set(keys[row], Hash(keys[row]), row);
        Assert.True(Enumerable.Range(0, keys.Length).Count(row => index.Guess(Hash(keys[row])) == row) > 7_500);
        Assert.True(Enumerable.Range(0, keys.Length).Count(row => index.Guess(Hash(Key(~row))) >= 0) < 500);
    }

    private static FlowKey Key(int number) => new((uint)number, 2, 3, 4, 6);

    private static ulong Hash(in FlowKey key) => FlowHash.Of(key, Seed);

    private readonly struct Column(FlowKey[] keys) : IRowKeys
    {
        public FlowKey KeyOf(int row) => keys[row];

        public bool Is(int row, in FlowKey key) => keys[row] == key;

        public void Expect(int row) => Prefetch.Lines(in keys[row]);
    }
}
