using System.Diagnostics;
using Hyperplane.Lab;

namespace Hyperplane.Lab.Tests;

/// <summary>Targets that say in answers to their checks how much they can take.</summary>
public sealed class EndpointWeights(LabFixture lab)
{
    private const int CheckPort = 8095;
    private const int Requests = 400;
    private static readonly string[] Hosts = ["target-1", "target-2"];

    [Fact]
    public async Task A_target_that_asks_for_less_gets_less_once_targets_may_ask()
    {
        Region region = lab.Region;
        List<Process> checks = [];
        try
        {
            checks.AddRange(Hosts.Select(host => Traffic.Weigh(region, host, CheckPort)));
            Say(checks[0], 100);
            Say(checks[1], 25);
            using Tenancy web = Tenancy.Open(region, "asking", "a");
            web.AddGroup(
                web.Name, "TCP", 8080, ["10.30.0.101", "10.30.0.102"], "--health-protocol", "HTTP", "--health-port",
                $"{CheckPort}", "--health-path", "/", "--health-timeout", "1");
            web.Listen("TCP", 80, web.Name);
            await web.UntilHealthy(web.Name, 3);
            // Half, within five standard deviations.
            Assert.InRange(OfTheFirst(web), 150, 250);

            region.Lbctl(
                "target-group", "modify", web.Name, "--attribute", "health_checks.endpoint_weight.enabled=true");
            await UntilTheFirstHas("four fifths", web, 300, 340);
            Assert.InRange(OfTheFirst(web), 280, 360);

            Say(checks[1], 0);
            await UntilTheFirstHas("all", web, Requests, Requests);
            Say(checks[1], 100);
            await UntilTheFirstHas("half", web, 175, 225);
        }
        finally
        {
            foreach (Process check in checks)
                Command.Finish(check, TimeSpan.FromSeconds(5));
        }

        int OfTheFirst(Tenancy web)
        {
            Dictionary<string, int> answers = Traffic.Requests(region, web.VipA, Requests);
            Assert.All(answers.Keys, name => Assert.Contains(name, Hosts));
            return answers.GetValueOrDefault(Hosts[0]);
        }

        Task UntilTheFirstHas(string share, Tenancy web, int least, int most) => Region.Until(
            $"the first has {share}", () => OfTheFirst(web) is var count && count >= least && count <= most);
    }

    private static void Say(Process check, int weight)
    {
        check.StandardInput.WriteLine(weight);
        check.StandardInput.Flush();
    }
}
