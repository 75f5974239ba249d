namespace Hyperplane.Bgp.Tests.Simulation;

/// <summary>Thousands of bad days.</summary>
public sealed class SimulationTests
{
    private const int Seeds = 2_000;

    [Fact]
    public void The_peer_knows_exactly_what_is_desired_once_the_faults_stop()
    {
        long established = 0;
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

            Interlocked.Add(ref established, simulation.Established);
        });
        Assert.True(established > 5 * Seeds, $"only {established} sessions in {Seeds} runs: too few faults to tell");
    }
}
