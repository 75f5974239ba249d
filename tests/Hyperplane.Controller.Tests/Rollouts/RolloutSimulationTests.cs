using Hyperplane.Controller.Contracts.Snapshots;

namespace Hyperplane.Controller.Tests.Rollouts;

/// <summary>Cells whose nodes die, refuse, are slow, drain; controllers that forget. The seed tells the run.</summary>
public sealed class RolloutSimulationTests
{
    private const int Seeds = 500;

    [Fact]
    public void With_all_nodes_well_every_change_reaches_all()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            var cell = new RolloutSimulation(seed);
            for (int change = 0; change < 5; change++)
            {
                cell.Make("good", isAddition: cell.Next(3) == 0);
                cell.Run(cell.Next(4));
            }

            cell.Run(20);
            Assert.All(cell.Nodes, node => Assert.True(node.Running == cell.Version, $"seed {seed}"));
            Assert.True(cell.Phase == RolloutPhase.Done, $"seed {seed}");
        }
    }

    [Fact]
    public void Dead_slow_and_draining_nodes_hold_nobody_up()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            var cell = new RolloutSimulation(seed);
            foreach (SimulatedNode node in cell.Nodes)
            {
                switch (cell.Next(5))
                {
                    case 0:
                        node.Dead = true;
                        break;
                    case 1:
                        node.Slowness = 60;
                        node.NextAsk = int.MaxValue;
                        break;
                    case 2:
                        node.Draining = true;
                        break;
                }
            }

            cell.Run(8);
            cell.Make("good");
            cell.Run(60);
            Assert.True(cell.Phase == RolloutPhase.Done || cell.Nodes.All(node => node.Dead), $"seed {seed}");
            Assert.All(
                cell.Nodes.Where(node => !node.Dead && node.Slowness == 0),
                node => Assert.True(node.Running == cell.Version, $"seed {seed}"));
        }
    }

    [Theory]
    [InlineData("refused")]
    [InlineData("deadly")]
    public void A_bad_version_harms_one_node_and_the_next_good_one_goes_to_all_that_live(string kind)
    {
        int halted = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            var cell = new RolloutSimulation(seed);
            cell.Run(3);
            cell.Make(kind);
            int reaches = cell.Next(3);
            cell.Run(reaches);
            if (cell.Next(3) == 0)
                cell.Make(kind, isAddition: true);
            cell.Run(20);
            Assert.True(cell.Victims <= 1, $"seed {seed}: {cell.Victims} victims");
            Assert.True(
                cell.Nodes.Count(node => node.Refused > 0 || node.Dead) <= 1, $"seed {seed}: more than one was asked");
            halted += cell.Phase == RolloutPhase.Halted ? 1 : 0;

            cell.Make("good");
            cell.Run(30);
            Assert.True(cell.Phase == RolloutPhase.Done || cell.Nodes.All(node => node.Dead), $"seed {seed}");
            Assert.All(
                cell.Nodes.Where(node => !node.Dead),
                node => Assert.True(node.Running == cell.Version, $"seed {seed}"));
        }

        Assert.True(halted > Seeds / 2, $"{halted} halts");
    }

    [Fact]
    public void Additions_go_to_all_at_once()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            var cell = new RolloutSimulation(seed);
            cell.Make("good");
            cell.Run(20);
            cell.Make("good", isAddition: true);
            cell.Run(1);
            Assert.All(cell.Nodes, node => Assert.True(node.Running == cell.Version, $"seed {seed}"));
        }
    }
}
