using Hyperplane.Dataplane.Admission;

namespace Hyperplane.Dataplane.Tests.Admission;

/// <summary>Against the paper's example (appendix A) and the vectors of its reference code.</summary>
public sealed class SipHashTests
{
    private const ulong KeyFirst = 0x0706050403020100;
    private const ulong KeyLast = 0x0f0e0d0c0b0a0908;

    [Theory]
    [InlineData(0, 0x726fdb47dd0e0e31)]
    [InlineData(8, 0x93f5f5799a932462)]
    [InlineData(15, 0xa129ca6149be45e5)]
    public void Known_messages_have_the_known_hashes(int bytes, ulong hash) => Assert.Equal(
        hash, SipHash.Of([.. Enumerable.Range(0, bytes).Select(i => (byte)i)], KeyFirst, KeyLast));
}
