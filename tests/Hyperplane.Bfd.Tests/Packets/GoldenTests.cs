namespace Hyperplane.Bfd.Tests.Packets;

/// <summary>The bytes of RFC 5880 4.1, written out by hand.</summary>
public sealed class GoldenTests
{
    private const string Up = "20 E8 03 18 01020304 0A0B0C0D 0000C350 000186A0 00000000";

    [Fact]
    public void A_packet_is_written_as_the_RFC_draws_it()
    {
        var packet = new BfdPacket
        {
            State = BfdState.Up,
            Poll = true,
            ControlPlaneIndependent = true,
            DetectMult = 3,
            MyDiscriminator = 0x01020304,
            YourDiscriminator = 0x0A0B0C0D,
            DesiredMinTxUs = 50_000,
            RequiredMinRxUs = 100_000,
        };
        byte[] written = new byte[BfdPacket.SizeBytes];
        packet.Write(written);
        Assert.Equal(Convert.ToHexString(Bytes(Up)), Convert.ToHexString(written));
        Assert.Equal(BfdVerdict.Accepted, BfdPacket.TryRead(Bytes(Up), out BfdPacket read));
        Assert.Equal(packet, read);
    }

    [Theory]
    [InlineData("20 40 03 18 00000001 00000000 000F4240 0000C350 00000000", BfdState.Down, BfdDiagnostic.None)]
    [InlineData("21 40 03 18 00000001 00000000 000F4240 0000C350 00000000",
        BfdState.Down, BfdDiagnostic.ControlDetectionTimeExpired)]
    [InlineData("27 00 03 18 00000001 00000000 000F4240 0000C350 00000000",
        BfdState.AdminDown, BfdDiagnostic.AdministrativelyDown)]
    [InlineData("23 80 03 18 00000001 00000002 000F4240 0000C350 00000000",
        BfdState.Init, BfdDiagnostic.NeighborSignaledSessionDown)]
    [InlineData("3F C0 03 18 00000001 00000002 000F4240 0000C350 00000000 FFFF", BfdState.Up, (BfdDiagnostic)31)]
    public void State_and_reason_are_read(string bytes, BfdState state, BfdDiagnostic diagnostic)
    {
        Assert.Equal(BfdVerdict.Accepted, BfdPacket.TryRead(Bytes(bytes), out BfdPacket read));
        Assert.Equal((state, diagnostic, false, false), (read.State, read.Diagnostic, read.Poll, read.Final));
    }

    [Theory]
    [InlineData("", BfdVerdict.Truncated)]
    [InlineData("20 C0 03 18 00000001 00000002 0000C350 0000C350 000000", BfdVerdict.Truncated)]
    [InlineData("20 C0 03 19 00000001 00000002 0000C350 0000C350 00000000", BfdVerdict.Truncated)]
    [InlineData("00 C0 03 18 00000001 00000002 0000C350 0000C350 00000000", BfdVerdict.BadVersion)]
    [InlineData("40 C0 03 18 00000001 00000002 0000C350 0000C350 00000000", BfdVerdict.BadVersion)]
    [InlineData("20 C0 03 17 00000001 00000002 0000C350 0000C350 00000000", BfdVerdict.BadLength)]
    [InlineData("20 C4 03 19 00000001 00000002 0000C350 0000C350 00000000 01", BfdVerdict.BadLength)]
    [InlineData("20 C4 03 1A 00000001 00000002 0000C350 0000C350 00000000 0102",
        BfdVerdict.AuthenticationUnexpected)]
    [InlineData("20 C0 00 18 00000001 00000002 0000C350 0000C350 00000000", BfdVerdict.ZeroDetectMult)]
    [InlineData("20 C1 03 18 00000001 00000002 0000C350 0000C350 00000000", BfdVerdict.Multipoint)]
    [InlineData("20 C0 03 18 00000000 00000002 0000C350 0000C350 00000000", BfdVerdict.ZeroMyDiscriminator)]
    [InlineData("20 C0 03 18 00000001 00000000 0000C350 0000C350 00000000", BfdVerdict.ZeroYourDiscriminator)]
    [InlineData("20 80 03 18 00000001 00000000 0000C350 0000C350 00000000", BfdVerdict.ZeroYourDiscriminator)]
    public void What_the_RFC_discards_has_a_name(string bytes, BfdVerdict verdict)
    {
        Assert.Equal(verdict, BfdPacket.TryRead(Bytes(bytes), out BfdPacket read));
        Assert.Equal(default, read);
    }

    private static byte[] Bytes(string text) =>
        Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));
}
