using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FsCheck;
using FsCheck.Fluent;
using Hyperplane.Controller.Identity;
using Hyperplane.Rpc;

namespace Hyperplane.Controller.Tests.Identity;

/// <summary>Any bytes: a verdict, never an exception.</summary>
public sealed class ParserTests
{
    private static readonly byte[] Good = MakeRequest();

    [Fact]
    public void Any_bytes_are_a_signing_request_or_none() =>
        Prop.ForAll<byte[]>(bytes => SigningRequest.Read(bytes ?? []) is { Key: null, Error: not null })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_signing_request_with_a_changed_byte_is_read_or_refused()
    {
        Assert.NotNull(SigningRequest.Read(Good).Key);
        Prop.ForAll<ushort, byte>((at, value) =>
        {
            byte[] changed = [.. Good];
            changed[at % changed.Length] = value;
            (PublicKey? key, string? error) = SigningRequest.Read(changed);
            return (key is null) != (error is null);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_alternative_name_is_a_node_or_none() => Prop.ForAll<byte[]>(bytes =>
    {
        using X509Certificate2 certificate = With(new X509Extension("2.5.29.17", bytes ?? [], critical: false));
        return NodeName.Of(certificate) is null;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("hyperplane://cells/a1/nodes/n1", "a1/n1")]
    [InlineData("hyperplane://cells/a1/nodes/", null)]
    [InlineData("hyperplane://cells//nodes/n1", null)]
    [InlineData("hyperplane://cells/a1/nodes/n1/nodes/n2", null)]
    [InlineData("https://cells/a1/nodes/n1", null)]
    public void A_name_is_read_whole_or_not_at_all(string uri, string? name)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(uri));
        using X509Certificate2 certificate = With(names.Build());
        Assert.Equal(name, NodeName.Of(certificate)?.ToString());
    }

    [Fact]
    public void Two_names_are_none()
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri("hyperplane://cells/a1/nodes/n1"));
        names.AddUri(new Uri("hyperplane://cells/a1/nodes/n2"));
        using X509Certificate2 certificate = With(names.Build());
        Assert.Null(NodeName.Of(certificate));
    }

    [Fact]
    public void A_sealed_key_opens_with_its_secret_and_certificate_and_unchanged_only()
    {
        byte[] key = RandomNumberGenerator.GetBytes(138);
        byte[] whole = SealedKey.Seal(key, "the secret of the region", [1, 2]);
        Assert.Equal(key, SealedKey.Open(whole, "the secret of the region", [1, 2]));
        Assert.Null(SealedKey.Open(whole, "another secret of a region", [1, 2]));
        Assert.Null(SealedKey.Open(whole, "the secret of the region", [1, 3]));
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] changed = [.. whole];
            changed[i] ^= 1;
            Assert.Null(SealedKey.Open(changed, "the secret of the region", [1, 2]));
            Assert.Null(SealedKey.Open(whole.AsSpan(0, i), "the secret of the region", [1, 2]));
        }
    }

    [Fact]
    public void A_stranger_with_the_authoritys_name_and_a_leaf_below_a_leaf_are_not_its_own()
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using var own = CertificateAuthority.Create(now);
        using var stranger = CertificateAuthority.Create(now);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var node = new NodeName("a1", "n1");
        using X509Certificate2 good = own.IssueNode(node, new PublicKey(key), now, TimeSpan.FromHours(1));
        using X509Certificate2 strange = stranger.IssueNode(node, new PublicKey(key), now, TimeSpan.FromHours(1));
        using X509Certificate2 leafWithKey = good.CopyWithPrivateKey(key);
        using var below = new CertificateAuthority(new CertificateIssuer(leafWithKey));
        Assert.Null(Judge(good));
        Assert.NotNull(Judge(strange));
        Assert.NotNull(Judge(own.Certificate));
        Assert.NotNull(IssuedCertificate.Judge(good, own.Certificate, IssuedCertificate.ServerPurpose));
        Assert.ThrowsAny<Exception>(() => below.IssueNode(node, new PublicKey(key), now, TimeSpan.FromHours(1)));

        string? Judge(X509Certificate2 one) =>
            IssuedCertificate.Judge(one, own.Certificate, IssuedCertificate.ClientPurpose);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3_649)]
    public void What_is_issued_begins_and_ends_within_the_authoritys_time(int days)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using var own = CertificateAuthority.Create(now);
        using X509Certificate2 issued = own.IssueController(now.AddDays(days), TimeSpan.FromDays(90));
        Assert.InRange(issued.NotBefore, own.Certificate.NotBefore, own.Certificate.NotAfter);
        Assert.InRange(issued.NotAfter, issued.NotBefore, own.Certificate.NotAfter);
    }

    private static X509Certificate2 With(X509Extension extension)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(extension);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now, now.AddHours(1));
    }

    private static byte[] MakeRequest()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Enrolling.Request(key);
    }
}
