using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Flows.Replicas;

namespace Hyperplane.Flows.Tests.Replicas;

public sealed class KeyIndexTests
{
    [Theory]
    [InlineData(1, 200)]
    [InlineData(2, 20_000)]
    [InlineData(3, 60_000)]
    public void It_finds_what_a_dictionary_finds_through_growth_and_removal(int seed, int keys)
    {
        var chance = new Random(seed);
        var store = new RecordStore(keys);
        var index = new Hyperplane.Flows.Replicas.KeyIndex(store, FlowSide.Client, (ulong)seed);
        var model = new Dictionary<FlowKey, int>();
        for (int step = 0; step < keys * 3; step++)
        {
            FlowRecord record = Sample.Record(chance.Next(keys), 1, 10);
            bool isThere = model.Remove(record.Forward, out int slot);
            if (isThere)
            {
                index.Remove(record.Forward, slot);
                store.Release(slot);
            }
            if (!isThere || chance.Next(2) == 0)
            {
                slot = store.Take();
                store[slot] = record;
                index.Set(record.Forward, slot);
                model.Add(record.Forward, slot);
            }
        }
        Assert.NotEmpty(model);
        for (int flow = 0; flow < keys; flow++)
        {
            FlowKey key = Sample.Record(flow, 1, 10).Forward;
            Assert.Equal(model.GetValueOrDefault(key, -1), index.Find(key));
        }
    }

    [Fact]
    public void A_key_leads_to_the_slot_it_was_set_to_last_and_only_that_slot_can_take_it_out()
    {
        var store = new RecordStore(8);
        var index = new Hyperplane.Flows.Replicas.KeyIndex(store, FlowSide.Target, 1);
        FlowRecord record = Sample.Record(1, 1, 10);
        int first = store.Take();
        int second = store.Take();
        (store[first], store[second]) = (record, record);
        index.Set(record.Reverse, first);
        index.Set(record.Reverse, second);
        index.Remove(record.Reverse, first);
        Assert.Equal(second, index.Find(record.Reverse));
        index.Remove(record.Reverse, second);
        Assert.Equal(-1, index.Find(record.Reverse));
    }
}
