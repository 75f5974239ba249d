using System.Security.Cryptography.X509Certificates;
using Hyperplane.Controller.Tests.CellControl;
using Hyperplane.Controller.Tests.Store;
using Hyperplane.Rpc;
using static Hyperplane.Controller.Tests.CellControl.Observed;

namespace Hyperplane.Controller.Tests.Identity;

/// <summary>One authority for all controllers of a region, over restarts; revocations reach all of them.</summary>
public sealed class AuthorityTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Controllers_that_start_at_once_and_later_have_the_same_authority()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        ControlHost[] hosts = await Task.WhenAll(ControlHost.StartAsync(region), ControlHost.StartAsync(region));
        await using ControlHost second = hosts[1];
        Assert.Equal(hosts[0].Authority.Certificate.Thumbprint, second.Authority.Certificate.Thumbprint);
        using X509Certificate2 certificate =
            await hosts[0].EnrollAsync(await region.SecretAsync("a1", "n1"), "a1", "n1");
        await second.AgentWith(certificate, "a1", "n1").FollowAsync(_ => true);
        await hosts[0].DisposeAsync();

        await using ControlHost third = await ControlHost.StartAsync(region);
        await third.AgentWith(certificate, "a1", "n1").FollowAsync(_ => true);
    }

    [Fact]
    public async Task A_controller_with_another_key_does_not_start_and_says_why()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await using ControlHost first = await ControlHost.StartAsync(region);
        AuthorityException told = await Assert.ThrowsAsync<AuthorityException>(() => ControlHost.StartAsync(
            region, options => options with { AuthorityKey = "another-key-than-the-first" }));
        Assert.Contains("every controller of the region needs the same", told.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("another-key", told.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_revoked_or_whose_node_was_deleted_is_refused_by_all_controllers_on_open_connections_too(
        bool deleted)
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        await using ControlHost one = await ControlHost.StartAsync(region);
        await using ControlHost two = await ControlHost.StartAsync(region);
        using X509Certificate2 certificate = await one.EnrollAsync(await region.SecretAsync("a1", "n1"), "a1", "n1");
        TestAgent[] agents = [one.AgentWith(certificate, "a1", "n1"), two.AgentWith(certificate, "a1", "n1")];
        foreach (TestAgent agent in agents)
            await agent.FollowAsync(_ => true);

        if (deleted)
            Region.Done(await region.Cells.DeleteNodeAsync("a1", "n1", Cancel));
        else
            Region.Done(await region.Credentials().RevokeAsync("a1", "n1", Cancel));
        foreach (TestAgent agent in agents)
            await Eventually.TrueAsync(
                async () => await FailureAsync(() => agent.AskAsync(0, body: true)) == StatusCode.Unauthenticated);
        if (deleted)
            return;

        await using ControlHost later = await ControlHost.StartAsync(region);
        Assert.Equal(
            StatusCode.Unauthenticated,
            await FailureAsync(() => later.AgentWith(certificate, "a1", "n1").AskAsync(0, body: true)));
        using X509Certificate2 anew = await two.EnrollAsync(await region.SecretAsync("a1", "n1"), "a1", "n1");
        await later.AgentWith(anew, "a1", "n1").FollowAsync(_ => true);
    }
}
