using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Flows.Directory;

/// <summary>Look-ups that end without a positive answer, by destination: so many a second, or none are begun.</summary>
/// <remarks>A flood of made-up segments to one VIP spends that VIP's budget and nobody else's; positives are
/// free.</remarks>
internal sealed class NegativeBudget(int perSecond)
{
    private const int MostDestinations = 65_536;
    private const long SecondNs = 1_000_000_000;

    private readonly Dictionary<PacketAddress, (long SinceNs, int Spent)> _spent = [];

    /// <summary>Whether a destination has something left.</summary>
    public bool HasLeft(PacketAddress destination, long nowNs) =>
        !_spent.TryGetValue(destination, out (long SinceNs, int Spent) spent)
        || nowNs - spent.SinceNs >= SecondNs || spent.Spent < perSecond;

    /// <summary>A look-up ended without a positive answer.</summary>
    public void Spend(PacketAddress destination, long nowNs)
    {
        if (_spent.Count >= MostDestinations)
            _spent.Clear();
        if (!_spent.TryGetValue(destination, out (long SinceNs, int Spent) spent)
            || nowNs - spent.SinceNs >= SecondNs)
            spent = (nowNs, 0);
        _spent[destination] = (spent.SinceNs, spent.Spent + 1);
    }
}
