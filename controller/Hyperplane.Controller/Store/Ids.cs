using System.Security.Cryptography;

namespace Hyperplane.Controller.Store;

/// <summary>Names of resources that nobody chooses.</summary>
internal static class Ids
{
    private const int RandomDigits = 17;

    /// <summary>"lb-0123456789abcdef0": a prefix and 68 random bits.</summary>
    public static string New(string prefix) =>
        $"{prefix}-{RandomNumberGenerator.GetHexString(RandomDigits, lowercase: true)}";
}
