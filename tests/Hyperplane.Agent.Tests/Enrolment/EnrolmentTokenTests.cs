using System.Buffers.Text;
using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Hyperplane.Agent.Enrolment;
using Hyperplane.Agent.Tests.Fakes;

namespace Hyperplane.Agent.Tests.Enrolment;

public sealed class EnrolmentTokenTests
{
    private static readonly byte[] Whole =
        [.. RandomNumberGenerator.GetBytes(32), .. TestAuthority.Issuer.Certificate.RawData];

    [Fact]
    public void A_token_has_a_secret_and_an_authority_and_prints_neither()
    {
        var token = EnrolmentToken.TryParse($" hpe_{Base64Url.EncodeToString(Whole)}\n");
        Assert.Equal(Whole[..32], token!.Secret.ToArray());
        Assert.Equal(TestAuthority.Issuer.Certificate.Thumbprint, token.Authority.Thumbprint);
        Assert.Equal("enrolment token", token.ToString());
        Assert.Equal(64, token.Fingerprint.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hpe_")]
    [InlineData("hpe_====")]
    [InlineData("hpe_AAAA")]
    [InlineData("hp_AAAA")]
    public void What_is_no_token_is_none(string text) => Assert.Null(EnrolmentToken.TryParse(text));

    [Fact]
    public void Too_long_a_token_is_none() =>
        Assert.Null(EnrolmentToken.TryParse("hpe_" + new string('A', EnrolmentToken.MaxChars)));

    [Fact]
    public void Any_text_is_a_token_or_none() => Prop.ForAll<string>(text =>
        EnrolmentToken.TryParse(text ?? "") is null && EnrolmentToken.TryParse("hpe_" + text) is null)
        .QuickCheckThrowOnFailure();

    [Fact]
    public void Any_bytes_in_a_token_and_any_changed_byte_are_a_token_or_none()
    {
        Prop.ForAll<byte[]>(bytes => EnrolmentToken.TryParse(
            "hpe_" + Base64Url.EncodeToString([.. new byte[32], .. bytes ?? []])) is null).QuickCheckThrowOnFailure();
        Prop.ForAll<ushort, byte>((at, value) =>
        {
            byte[] changed = [.. Whole];
            changed[at % changed.Length] = value;
            _ = EnrolmentToken.TryParse("hpe_" + Base64Url.EncodeToString(changed));
            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Credentials_survive_their_file_and_any_cut_or_changed_file_is_none_or_some()
    {
        byte[] file = TestAuthority.Node.ToFile();
        NodeCredentials read = NodeCredentials.FromFile(file)!;
        Assert.Equal(TestAuthority.Node.Certificate.Thumbprint, read.Certificate.Thumbprint);
        Assert.True(read.Certificate.HasPrivateKey);
        Assert.Equal("00", read.TokenFingerprint);
        for (int i = 0; i < file.Length; i += 7)
            _ = NodeCredentials.FromFile(file.AsSpan(0, i));
        Prop.ForAll<ushort, byte>((at, value) =>
        {
            byte[] changed = [.. file];
            changed[at % changed.Length] = value;
            _ = NodeCredentials.FromFile(changed);
            return true;
        }).QuickCheckThrowOnFailure();
        Prop.ForAll<byte[]>(bytes => NodeCredentials.FromFile(bytes ?? []) is null).QuickCheckThrowOnFailure();
    }
}
