using System.Diagnostics;
using System.Globalization;

namespace Hyperplane.Api.Tests.Crashes;

/// <summary>Kills at random points of the tenants' sequences, now and then two at once, and revives as a supervisor
/// does.</summary>
/// <remarks>Points and victims follow from the seed: each victim comes as often as any other.</remarks>
internal sealed class Killer
{
    private const int RoundsPerVictim = 3;
    private const int RoundsPerPair = 3;
    private const int LongestDelayMs = 150;
    private const int LongestDownMs = 300;
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(10);
    private readonly CrashRegion _region;
    private readonly IReadOnlyList<CrashTenant> _tenants;
    private readonly Random _random;
    private readonly ITestOutputHelper _output;
    private readonly Task[] _revivals = [.. CrashRegion.Victims.Select(_ => Task.CompletedTask)];
    private readonly int[] _kills = new int[CrashRegion.Victims.Length];
    private readonly int[] _points;
    private readonly int[] _victims;

    /// <param name="region">Who is killed.</param>
    /// <param name="tenants">Whose sequences they are.</param>
    /// <param name="sequences">How many these are in all.</param>
    /// <param name="random">Chooses.</param>
    /// <param name="output">Gets what was done.</param>
    public Killer(
        CrashRegion region, IReadOnlyList<CrashTenant> tenants, int sequences, Random random, ITestOutputHelper output)
    {
        (_region, _tenants, _random, _output) = (region, tenants, random, output);
        var victims = new List<int>();
        for (int round = 0; round < RoundsPerVictim; round++)
        {
            int[] all = [.. Enumerable.Range(0, _kills.Length)];
            random.Shuffle(all);
            victims.AddRange(all);
        }

        _victims = [.. victims];
        // The last ones begin before the last point, so that there is something left to kill them in.
        int[] points = [.. Enumerable.Range(1, sequences - 1 - tenants.Count)];
        random.Shuffle(points);
        _points = [.. points.Take(_victims.Length).Order()];
    }

    /// <summary>How often each of <see cref="CrashRegion.Victims"/> was killed while there was work.</summary>
    public IReadOnlyList<int> Kills => _kills;

    /// <summary>How often two were killed at once.</summary>
    public int Pairs { get; private set; }

    /// <summary>Kills until it is through, or the work has ended; then all are there again.</summary>
    public async Task RunAsync(Task work)
    {
        for (int round = 0; round < _points.Length; round++)
        {
            int first = _victims[round];
            int other = (first + 1 + _random.Next(_kills.Length - 1)) % _kills.Length;
            int second = round % RoundsPerPair == 0 ? other : first;
            int delay = _random.Next(LongestDelayMs);
            while (_tenants.Sum(tenant => tenant.Begun) < _points[round] && !work.IsCompleted)
                await Task.Delay(LookInterval);
            await Task.WhenAll(_revivals[first], _revivals[second]);
            await Task.Delay(delay);
            if (work.IsCompleted)
                break;
            Pairs += first == second ? 0 : 1;
            foreach (int victim in first == second ? [first] : new[] { first, second })
            {
                _kills[victim]++;
                _region.Kill(victim);
                _revivals[victim] = ReviveAsync(victim, _random.Next(LongestDownMs));
            }
        }

        await Task.WhenAll(_revivals);
    }

    private async Task ReviveAsync(int victim, int downMs)
    {
        int sequences = _tenants.Sum(tenant => tenant.Begun);
        long began = Stopwatch.GetTimestamp();
        await Task.Delay(downMs);
        await _region.ReviveAsync(victim);
        _output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"in sequence {sequences}: killed {CrashRegion.Victims[victim]}, ready again after "
            + $"{Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s"));
    }
}
