using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Hyperplane.Server.Tls;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hyperplane.Api.Tests.Server;

/// <summary>The API over TLS: its own authority, both HTTP versions, a new certificate without a restart.</summary>
public sealed class TlsTests(PostgresFixture postgres) : IDisposable
{
    private readonly KeyFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task It_answers_over_tls_in_both_versions_of_http_to_those_who_trust_the_authority(string version)
    {
        Init();
        (RunningServer server, string[] addresses) = await RunningServer.StartAsync(
            postgres.CreateDatabase(), "api", parts: 1, Variables());
        await using (server)
        {
            Assert.StartsWith("https://127.0.0.1:", addresses[0], StringComparison.Ordinal);
            using HttpClient http = Client(trusts: true);
            using var request = new HttpRequestMessage(HttpMethod.Get, addresses[0] + "/healthz")
            {
                Version = Version.Parse(version),
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            using HttpResponseMessage answer = await http.SendAsync(request, Cancel);
            Assert.Equal((HttpStatusCode.OK, Version.Parse(version)), (answer.StatusCode, answer.Version));
            using HttpClient stranger = Client(trusts: false);
            await Assert.ThrowsAsync<HttpRequestException>(() => stranger.GetAsync(addresses[0] + "/healthz", Cancel));
        }
    }

    [Fact]
    public void A_new_certificate_is_taken_and_a_damaged_one_is_not()
    {
        Init();
        var log = new CountingLog();
        (ServerCertificate? first, _) = ServerCertificate.Read(File("api.pem"), File("api.key"));
        using var certificate = new ApiCertificate(
            new CertificateFiles(File("api.pem"), File("api.key"), first!), TimeProvider.System, log);
        SslStreamCertificateContext before = certificate.Context;
        certificate.Look();
        Assert.Same(before, certificate.Context);

        Init();
        certificate.Look();
        SslStreamCertificateContext second = certificate.Context;
        Assert.NotEqual(
            before.TargetCertificate.SerialNumber, second.TargetCertificate.SerialNumber);
        System.IO.File.WriteAllText(File("api.pem"), "nonsense");
        certificate.Look();
        certificate.Look();
        Assert.Same(second, certificate.Context);
        Assert.Equal([1101, 1102], log.Events);
    }

    [Fact]
    public void Its_end_is_announced_two_weeks_before_once_a_day()
    {
        Init();
        var log = new CountingLog();
        var time = new SetTime(TimeProvider.System.GetUtcNow().AddDays(350));
        (ServerCertificate? first, _) = ServerCertificate.Read(File("api.pem"), File("api.key"));
        using var certificate = new ApiCertificate(
            new CertificateFiles(File("api.pem"), File("api.key"), first!), time, log);
        certificate.Look();
        Assert.Empty(log.Events);
        time.Now += TimeSpan.FromDays(2);
        certificate.Look();
        certificate.Look();
        Assert.Equal([1103], log.Events);
        time.Now += TimeSpan.FromDays(1);
        certificate.Look();
        Assert.Equal([1103, 1103], log.Events);
    }

    [Theory]
    [InlineData("ca")]
    [InlineData("ca", "make")]
    [InlineData("ca", "init", "--out", "x")]
    [InlineData("ca", "init", "--out", "x", "--name")]
    [InlineData("ca", "init", "--out", "x", "--name", "not a name")]
    public void Wrong_words_make_nothing(params string[] words)
    {
        using var error = new StringWriter();
        Assert.Equal(2, CaCommand.Run(words, TimeProvider.System, TextWriter.Null, error));
        Assert.StartsWith("usage: ", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_keys_are_for_their_owner_alone_and_the_authority_stays()
    {
        Init();
        string authority = System.IO.File.ReadAllText(File("ca.pem"));
        string certificate = System.IO.File.ReadAllText(File("api.pem"));
        Init();
        Assert.Equal(authority, System.IO.File.ReadAllText(File("ca.pem")));
        Assert.NotEqual(certificate, System.IO.File.ReadAllText(File("api.pem")));
        foreach (string key in (string[])["ca.key", "api.key"])
            Assert.Equal("600", Lab.Command.Run("stat", "-c", "%a", File(key)).Trim());
    }

    public void Dispose() => _folder.Dispose();

    private string File(string name) => Path.Combine(_folder.Path, "tls", name);

    private void Init() => Assert.Equal(0, CaCommand.Run(
        ["ca", "init", "--out", Path.Combine(_folder.Path, "tls"), "--name", "127.0.0.1", "--name", "api.example"],
        TimeProvider.System, TextWriter.Null, TextWriter.Null));

    private (string Name, string Value)[] Variables() =>
    [
        ("HYPERPLANE_API_URL", "https://127.0.0.1:0"),
        ("HYPERPLANE_API_CERT_FILE", File("api.pem")),
        ("HYPERPLANE_API_KEY_FILE", File("api.key")),
    ];

    private HttpClient Client(bool trusts)
    {
        var handler = new SocketsHttpHandler();
        if (!trusts)
            return new HttpClient(handler);
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(File("ca.pem")) },
        };
        return new HttpClient(handler);
    }

    private sealed class CountingLog : ILogger<ApiCertificate>
    {
        public List<int> Events { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => NullLogger.Instance.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Events.Add(eventId.Id);
    }

    private sealed class SetTime(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
