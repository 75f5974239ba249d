using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hyperplane.Lbctl.Tests.Stub;

namespace Hyperplane.Lbctl.Tests.Api;

/// <summary>Whom lbctl believes to be the API, and what it says when it does not.</summary>
public sealed class TrustTests : IDisposable
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private readonly string _file = Path.Combine(
        Directory.CreateTempSubdirectory("hplbctl-").FullName, "ca.pem");

    [Theory]
    [InlineData("--ca-file")]
    [InlineData("HYPERPLANE_CA_FILE")]
    public async Task The_authority_that_is_given_is_believed(string way)
    {
        await using StubApi api = await StubApi.StartAsync(Make(Now.AddDays(1)));
        api.On("GET /v1/zones", StubAnswer.List());
        Shell shell = way == "--ca-file" ? new Shell(api) : new Shell(api).With(way, _file);
        ShellOutcome outcome = await shell.RunAsync(way == "--ca-file" ? $"zone list --ca-file {_file}" : "zone list");
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
    }

    [Fact]
    public async Task An_unknown_issuer_is_refused_at_once_and_the_way_out_is_told()
    {
        await using StubApi api = await StubApi.StartAsync(Make(Now.AddDays(1)));
        var shell = new Shell(api);
        ShellOutcome outcome = await shell.RunAsync("zone list");
        Assert.Equal(1, outcome.ExitCode);
        Assert.StartsWith(
            $"error: the API at {api.Endpoint}/ is not trusted: ", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("HYPERPLANE_CA_FILE or --ca-file", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(shell.Pauses);
        Assert.Empty(api.Requests);
    }

    [Fact]
    public async Task Another_issuer_than_the_one_that_is_given_is_refused()
    {
        await using StubApi api = await StubApi.StartAsync(Make(Now.AddDays(1)));
        Make(Now.AddDays(1)).Dispose();
        ShellOutcome outcome = await new Shell(api).RunAsync($"zone list --ca-file {_file}");
        Assert.Contains("was not issued by those in the CA file", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(api.Requests);
    }

    [Fact]
    public async Task An_expired_certificate_is_told_with_its_time()
    {
        await using StubApi api = await StubApi.StartAsync(Make(Now.AddDays(-1)));
        ShellOutcome outcome = await new Shell(api).RunAsync($"zone list --ca-file {_file}");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("its certificate holds from ", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("ask the operator to renew it", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(api.Requests);
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_told()
    {
        await using StubApi api = await StubApi.StartAsync(Make(Now.AddDays(1), IPAddress.Parse("10.0.0.1")));
        ShellOutcome outcome = await new Shell(api).RunAsync($"zone list --ca-file {_file}");
        Assert.Contains("its certificate is not for 127.0.0.1", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(api.Requests);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("nonsense")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public async Task A_file_without_certificates_is_a_usage_error(string? content)
    {
        if (content is not null)
            await File.WriteAllTextAsync(_file, content, TestContext.Current.CancellationToken);
        ShellOutcome outcome = await new Shell().With("HYPERPLANE_ENDPOINT", "https://127.0.0.1:1")
            .RunAsync($"zone list --ca-file {_file}");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("check HYPERPLANE_CA_FILE or --ca-file", outcome.Error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);

    /// <summary>A server's certificate; its issuer's goes into the file.</summary>
    private X509Certificate2 Make(DateTimeOffset until, IPAddress? address = null)
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=issuer", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        authority.CertificateExtensions.Add(
            new X509SubjectKeyIdentifierExtension(authority.PublicKey, critical: false));
        using X509Certificate2 issuer = authority.CreateSelfSigned(Now.AddDays(-9), Now.AddDays(9));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=api", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(address ?? IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
            issuer, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        using X509Certificate2 bare = request.Create(issuer, Now.AddDays(-8), until, [0x41, 2, 3, 4]);
        File.WriteAllText(_file, issuer.ExportCertificatePem());
        return bare.CopyWithPrivateKey(key);
    }
}
