using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hyperplane.Agent.Enrolment;
using Hyperplane.Agent.Hosting;
using Hyperplane.Agent.Tests.Fakes;
using Hyperplane.Rpc;

namespace Hyperplane.Agent.Tests.Enrolment;

/// <summary>How the agent comes by its certificate and keeps it, by a clock that the test moves.</summary>
public sealed class CredentialKeeperTests : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly LogSink _log = new();
    private readonly SteppedTime _time = new();
    private IdentityServer? _server;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Identity => Path.Combine(_directory.File("state"), "identity.pem");

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_token_is_shown_once_and_the_certificate_outlives_the_process()
    {
        await ServeAsync();
        string token = WriteToken();
        using CredentialKeeper keeper = Make();
        Assert.Null(await keeper.LookAsync(Cancel));
        await keeper.LookAsync(Cancel);
        Assert.True(keeper.Ready.IsCompletedSuccessfully);
        Cells.Contracts.EnrollRequest shown = Assert.Single(_server!.Enrolments);
        Assert.Equal(("cell-a", "node-a1"), (shown.Cell, shown.Node));
        Assert.Equal("600", Lab.Command.Run("stat", "-c", "%a", Identity).Trim());

        using CredentialKeeper next = Make();
        Assert.Equal(
            keeper.Credentials!.Certificate.SerialNumber, next.Credentials!.Certificate.SerialNumber);
        await next.LookAsync(Cancel);
        Assert.Single(_server.Enrolments);
        using ECDsa key = next.Credentials.Certificate.GetECDsaPrivateKey()!;
        string file = await File.ReadAllTextAsync(Identity, Cancel);
        string[] secrets =
            [token, Convert.ToBase64String(shown.Secret.Span), key.ExportPkcs8PrivateKeyPem()];
        Assert.DoesNotContain(secrets, secret => _log.Lines.Any(l => l.Contains(secret, StringComparison.Ordinal)));
        Assert.DoesNotContain(token, file, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_renewed_after_two_thirds_of_its_life_and_the_old_one_proves_it()
    {
        await ServeAsync();
        WriteToken();
        using CredentialKeeper keeper = Make();
        await keeper.LookAsync(Cancel);
        string first = keeper.Credentials!.Certificate.SerialNumber;
        _time.Advance(TimeSpan.FromDays(20) - TimeSpan.FromMinutes(1));
        await keeper.LookAsync(Cancel);
        Assert.Empty(_server!.Renewals);
        _time.Advance(TimeSpan.FromMinutes(2));
        await keeper.LookAsync(Cancel);
        Assert.Equal([first], _server.Renewals);
        Assert.NotEqual(first, keeper.Credentials.Certificate.SerialNumber);
        using CredentialKeeper next = Make();
        Assert.Equal(
            keeper.Credentials.Certificate.SerialNumber, next.Credentials!.Certificate.SerialNumber);
    }

    [Fact]
    public async Task A_new_certificate_is_shown_at_once_and_a_call_under_way_ends_well()
    {
        await ServeAsync();
        WriteToken();
        using CredentialKeeper keeper = Make();
        await keeper.LookAsync(Cancel);
        await using ControlServer controller = await ControlServer.StartAsync(_directory.File("asks.sock"));
        using var control = new GrpcCellControl(controller.Address, keeper, TimeProvider.System);
        string first = keeper.Credentials!.Certificate.SerialNumber;
        Task<int> held = AskAsync(control, waitMs: 30_000);
        await Eventually.Holds(() => controller.Serials.Count == 1);

        _time.Advance(TimeSpan.FromDays(21));
        await keeper.LookAsync(Cancel);
        Assert.Equal(0, await AskAsync(control, waitMs: 0));
        Assert.Equal([first, keeper.Credentials.Certificate.SerialNumber], controller.Serials);
        controller.Publish(Sample.Snapshot());
        Assert.True(await held > 0);
    }

    [Fact]
    public async Task A_renewal_that_fails_is_tried_again_and_the_certificate_stays()
    {
        await ServeAsync();
        WriteToken();
        using CredentialKeeper keeper = Make();
        await keeper.LookAsync(Cancel);
        string first = keeper.Credentials!.Certificate.SerialNumber;
        _time.Advance(TimeSpan.FromDays(21));
        _server!.Failure = new Status(StatusCode.Unavailable, "no database");
        Assert.Contains("no database", await keeper.LookAsync(Cancel), StringComparison.Ordinal);
        Assert.Contains("no database", await _log.First(3052), StringComparison.Ordinal);
        Assert.Equal(first, keeper.Credentials.Certificate.SerialNumber);
        _server.Failure = null;
        await keeper.LookAsync(Cancel);
        Assert.NotEqual(first, keeper.Credentials.Certificate.SerialNumber);
    }

    [Fact]
    public async Task A_refused_token_is_not_shown_again_but_another_one_is()
    {
        await ServeAsync();
        WriteToken();
        _server!.Failure = new Status(StatusCode.Unauthenticated, "the token was used");
        using CredentialKeeper keeper = Make();
        await keeper.LookAsync(Cancel);
        await keeper.LookAsync(Cancel);
        Assert.Single(_server.Enrolments);
        Assert.Contains("the token was used", await _log.First(3052), StringComparison.Ordinal);
        _server.Failure = null;
        WriteToken();
        await keeper.LookAsync(Cancel);
        Assert.Equal(2, _server.Enrolments.Count);
        Assert.NotNull(keeper.Credentials);
    }

    [Fact]
    public async Task A_controller_of_another_region_gets_no_token()
    {
        using CertificateIssuer other = CertificateIssuer.Create("other", _time.GetUtcNow(), TimeSpan.FromDays(3_000));
        await ServeAsync(other);
        WriteToken();
        using CredentialKeeper keeper = Make();
        await keeper.LookAsync(Cancel);
        Assert.Empty(_server!.Enrolments);
        Assert.Null(keeper.Credentials);
    }

    [Fact]
    public async Task A_certificate_that_the_tokens_authority_did_not_issue_is_not_taken()
    {
        await ServeAsync();
        WriteToken();
        using CertificateIssuer other = CertificateIssuer.Create("other", _time.GetUtcNow(), TimeSpan.FromDays(3_000));
        _server!.Issuer = other;
        using CredentialKeeper keeper = Make();
        await keeper.LookAsync(Cancel);
        Assert.Null(keeper.Credentials);
        Assert.Contains("was not issued by this authority", await _log.First(3052), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "no certificate and no token")]
    [InlineData("hp_something", "holds no enrolment token")]
    public async Task Without_a_token_it_says_what_to_do_and_goes_on(string? content, string told)
    {
        if (content is not null)
            await File.WriteAllTextAsync(_directory.File("token"), content, Cancel);
        using CredentialKeeper keeper = Make();
        await keeper.LookAsync(Cancel);
        await keeper.LookAsync(Cancel);
        Assert.Contains(told, await _log.First(3052), StringComparison.Ordinal);
        Assert.Single(_log.Lines);
        Assert.DoesNotContain(_log.Lines, l => content is not null && l.Contains(content, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_disk_did_not_take_is_in_use_and_written_later()
    {
        await ServeAsync();
        WriteToken();
        using CredentialKeeper keeper = Make();
        await File.WriteAllTextAsync(_directory.File("state"), "in the way", Cancel);
        await keeper.LookAsync(Cancel);
        Assert.NotNull(keeper.Credentials);
        File.Delete(_directory.File("state"));
        await keeper.LookAsync(Cancel);
        using CredentialKeeper next = Make();
        Assert.Equal(keeper.Credentials.Certificate.SerialNumber, next.Credentials!.Certificate.SerialNumber);
        Assert.Single(_server!.Enrolments);
    }

    [Fact]
    public async Task A_damaged_file_is_told_and_a_new_token_repairs_it()
    {
        await ServeAsync();
        Directory.CreateDirectory(_directory.File("state"));
        await File.WriteAllTextAsync(Identity, "enrolled with: 00\nnonsense", Cancel);
        using CredentialKeeper keeper = Make();
        Assert.Contains("is damaged", await _log.First(3005), StringComparison.Ordinal);
        WriteToken();
        await keeper.LookAsync(Cancel);
        Assert.NotNull(keeper.Credentials);
    }

    private static async Task<int> AskAsync(GrpcCellControl control, uint waitMs)
    {
        int pieces = 0;
        var request = new Cells.Contracts.AskRequest { Cell = "cell-a", Node = "node-a1", WaitMs = waitMs };
        await foreach (Cells.Contracts.SnapshotChunk _ in control.AskAsync(request, Cancel))
            pieces++;
        return pieces;
    }

    private async Task ServeAsync(CertificateIssuer? controllers = null) =>
        _server = await IdentityServer.StartAsync(_directory.File("control.sock"), _time, controllers);

    private string WriteToken()
    {
        string token = "hpe_" + Base64Url.EncodeToString(
            [.. RandomNumberGenerator.GetBytes(32), .. TestAuthority.Issuer.Certificate.RawData]);
        File.WriteAllText(_directory.File("token"), token + "\n");
        return token;
    }

    private CredentialKeeper Make() => new(
        new EnrolmentConfig(
            "cell-a", "node-a1", "unix:" + _directory.File("control.sock"), _directory.File("token"),
            _directory.File("state")),
        new ControllerCalls(_time), _time, new Random(1), _log);
}
