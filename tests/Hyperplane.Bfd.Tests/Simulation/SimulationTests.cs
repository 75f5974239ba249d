namespace Hyperplane.Bfd.Tests.Simulation;

/// <summary>Thousands of bad days.</summary>
public sealed class SimulationTests
{
    private const int Seeds = 5_000;

    [Fact]
    public void Both_ends_agree_once_the_wire_heals_and_never_trust_a_silent_peer()
    {
        long timesUp = 0;
        long underPoll = 0;
        Parallel.For(0, Seeds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, seed =>
        {
            var simulation = new SessionSimulation(seed);
            try
            {
                simulation.Run();
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}: {e.Message}", e);
            }

            Interlocked.Add(ref timesUp, simulation.TimesUp);
            Interlocked.Add(ref underPoll, simulation.ChangesUnderPoll);
        });
        Assert.True(timesUp > 4 * Seeds, $"only {timesUp} times up in {Seeds} runs: too few faults to tell");
        Assert.True(underPoll > Seeds, $"only {underPoll} changes met a poll: too few to tell");
    }
}
