using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hyperplane.Controller.Contracts.Cells;
using Hyperplane.Controller.Contracts.Events;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Tests.CellControl;
using Hyperplane.Controller.Tests.Store;
using Hyperplane.Rpc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Hyperplane.Controller.Tests.CellControl.Observed;

namespace Hyperplane.Controller.Tests.Identity;

/// <summary>How a node gets its first certificate and the next ones, over real gRPC and TLS.</summary>
public sealed class EnrolmentTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_gets_a_node_a_certificate_that_lets_it_ask_and_report()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 2);
        await using ControlHost host = await ControlHost.StartAsync(region);
        using X509Certificate2 certificate = await host.EnrollAsync(await region.SecretAsync("a1", "n1"), "a1", "n1");
        TestAgent agent = host.AgentWith(certificate, "a1", "n1");
        await agent.FollowAsync(_ => true);
        await agent.ReportAsync();
        Assert.InRange(
            certificate.NotAfter.ToUniversalTime() - region.Time.GetUtcNow().UtcDateTime, TimeSpan.FromDays(29),
            TimeSpan.FromDays(30));
    }

    [Fact]
    public async Task A_token_is_good_once_within_a_day_and_for_its_node_alone()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 2);
        await using ControlHost host = await ControlHost.StartAsync(region);
        byte[] secret = await region.SecretAsync("a1", "n1");
        Assert.Equal(StatusCode.PermissionDenied, await FailureAsync(() => host.EnrollAsync(secret, "a1", "n2")));
        (await host.EnrollAsync(secret, "a1", "n1")).Dispose();
        Assert.Equal(StatusCode.Unauthenticated, await FailureAsync(() => host.EnrollAsync(secret, "a1", "n1")));

        byte[] old = await region.SecretAsync("a1", "n1");
        byte[] late = await region.SecretAsync("a1", "n1");
        Assert.Equal(StatusCode.Unauthenticated, await FailureAsync(() => host.EnrollAsync(old, "a1", "n1")));
        region.Time.Advance(TimeSpan.FromHours(24));
        Assert.Equal(StatusCode.Unauthenticated, await FailureAsync(() => host.EnrollAsync(late, "a1", "n1")));
        Assert.Equal(StatusCode.Unauthenticated, await FailureAsync(
            () => host.EnrollAsync(RandomNumberGenerator.GetBytes(32), "a1", "n1")));
        Assert.Equal(StatusCode.InvalidArgument, await FailureAsync(() => host.EnrollAsync([1, 2, 3], "a1", "n1")));
    }

    [Fact]
    public async Task Of_many_who_show_one_token_at_once_one_gets_a_certificate()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        await using ControlHost host = await ControlHost.StartAsync(region);
        byte[] secret = await region.SecretAsync("a1", "n1");
        StatusCode[] ends = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => FailureAsync(() => host.EnrollAsync(secret, "a1", "n1"))));
        Assert.Single(ends, StatusCode.OK);
        Assert.Equal(5, ends.Count(end => end == StatusCode.Unauthenticated));
    }

    [Fact]
    public async Task What_is_no_signing_request_of_a_p256_key_is_refused_and_uses_no_token_up()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        await using ControlHost host = await ControlHost.StartAsync(region);
        byte[] secret = await region.SecretAsync("a1", "n1");
        using var good = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2_048);
        byte[] request = Enrolling.Request(good);
        byte[] forged = [.. request];
        forged[^1] ^= 1;
        byte[][] wrong =
        [
            [], [0x30], RandomNumberGenerator.GetBytes(300), new byte[4_097], [.. request, 0], forged,
            Enrolling.Request(other),
            new CertificateRequest("CN=x", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                .CreateSigningRequest(),
        ];
        foreach (byte[] one in wrong)
            Assert.Equal(
                StatusCode.InvalidArgument, await FailureAsync(() => host.AskForAsync(secret, "a1", "n1", one)));
        // Longer than any message of the service may be.
        Assert.Equal(StatusCode.ResourceExhausted, await FailureAsync(
            () => host.AskForAsync(secret, "a1", "n1", new byte[1024 * 1024])));
        (await host.EnrollAsync(secret, "a1", "n1")).Dispose();
    }

    [Fact]
    public async Task A_certificate_is_renewed_until_it_is_revoked_and_both_hold_meanwhile()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        await using ControlHost host = await ControlHost.StartAsync(region);
        using X509Certificate2 first = await host.EnrollAsync(await region.SecretAsync("a1", "n1"), "a1", "n1");
        region.Time.Advance(TimeSpan.FromDays(20));
        using X509Certificate2 second = await host.RenewAsync(first);
        Assert.NotEqual(first.SerialNumber, second.SerialNumber);
        await host.AgentWith(first, "a1", "n1").FollowAsync(_ => true);
        await host.AgentWith(second, "a1", "n1").FollowAsync(_ => true);

        region.Time.Advance(TimeSpan.FromDays(11));
        Assert.Equal(
            StatusCode.Unauthenticated, await FailureAsync(() => host.AgentWith(first, "a1", "n1").AskAsync(0)));
        await host.AgentWith(second, "a1", "n1").FollowAsync(_ => true);
        Region.Done(await region.Credentials().RevokeAsync("a1", "n1", Cancel));
        Assert.Equal(StatusCode.Unauthenticated, await FailureAsync(() => host.RenewAsync(second)));
    }

    [Fact]
    public async Task The_database_has_neither_tokens_nor_the_authoritys_key_in_the_clear()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        await using ControlHost host = await ControlHost.StartAsync(region);
        byte[] secret = await region.SecretAsync("a1", "n1");
        using ECDsa key = host.Authority.Certificate.GetECDsaPrivateKey()!;
        byte[] inner = key.ExportParameters(true).D!;
        (byte[] stored, byte[] hash) = await region.Database.RunAsync(
            null,
            async db => (
                (await db.Authorities.SingleAsync(Cancel)).SealedKey,
                (await db.EnrolmentTokens.SingleAsync(Cancel)).Hash),
            Cancel);
        Assert.Equal(-1, stored.AsSpan().IndexOf(inner));
        Assert.False(hash.AsSpan().SequenceEqual(secret));
        IReadOnlyList<Event> events = (await region.Services.GetRequiredService<IEvents>()
            .ListAsync(null, "a1/n1", new PageRequest(100, null, null), Cancel)).Items;
        Assert.Contains(events, one => one is { Action: "node.enrolment_token_created", Resource: "a1/n1" });
    }

    [Fact]
    public async Task Without_a_controller_there_is_no_authority_and_no_token_and_unknown_nodes_get_none()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        Refusal early = Region.Refused(await region.Credentials().CreateTokenAsync("a1", "n1", Cancel));
        Assert.Equal(("no_authority", RefusalKind.Conflict), (early.Code, early.Kind));
        Refusal unknown = Region.Refused(await region.Credentials().CreateTokenAsync("a1", "n2", Cancel));
        Assert.Equal("not_found", unknown.Code);
        Assert.Equal("not_found", Region.Refused(await region.Credentials().RevokeAsync("a2", "n1", Cancel)).Code);
    }
}
