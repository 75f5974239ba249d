using System.Buffers;
using System.Text;

namespace Hyperplane.Rpc;

public sealed partial class Metadata
{
    /// <summary>A name with text or bytes.</summary>
    public sealed class Entry
    {
        private static readonly SearchValues<char> NameCharacters =
            SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

        private readonly string? _text;
        private readonly byte[]? _bytes;

        /// <summary>Text: printable ASCII. Throws <see cref="ArgumentException"/> on anything else.</summary>
        public Entry(string key, string value)
        {
            ArgumentNullException.ThrowIfNull(value);
            Key = Normalise(key);
            if (IsBinary)
                throw new ArgumentException($"the value of {Key} must be bytes", nameof(value));
            if (value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
                throw new ArgumentException($"the value of {Key} must be printable ASCII", nameof(value));
            _text = value;
        }

        /// <summary>Bytes; the name must end in <c>-bin</c>.</summary>
        public Entry(string key, byte[] valueBytes)
        {
            ArgumentNullException.ThrowIfNull(valueBytes);
            Key = Normalise(key);
            if (!IsBinary)
                throw new ArgumentException($"the name {Key} must end in {BinaryHeaderSuffix}", nameof(key));
            _bytes = (byte[])valueBytes.Clone();
        }

        /// <summary>Lower case.</summary>
        public string Key { get; }

        /// <summary>Whether the value is bytes.</summary>
        public bool IsBinary => Key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);

        /// <summary>The text; throws when the value is bytes.</summary>
        public string Value => _text ?? throw new InvalidOperationException($"the value of {Key} is bytes");

        /// <summary>The bytes; of text, its ASCII.</summary>
        public byte[] ValueBytes => _bytes is null ? Encoding.ASCII.GetBytes(_text!) : (byte[])_bytes.Clone();

        /// <summary>The name alone: values may be secrets.</summary>
        public override string ToString() => Key;

        /// <summary>Whether a received name and text can become an entry.</summary>
        internal static bool IsValid(string key, string value)
        {
            foreach (char c in key)
            {
                if (!NameCharacters.Contains(char.ToLowerInvariant(c)))
                    return false;
            }

            return key.Length > 0 && !value.AsSpan().ContainsAnyExceptInRange(' ', '~');
        }

        private static string Normalise(string key)
        {
            ArgumentException.ThrowIfNullOrEmpty(key);
#pragma warning disable CA1308 // HTTP/2 field names are lower case (RFC 9113 section 8.2.1).
            string name = key.ToLowerInvariant();
#pragma warning restore CA1308
            return name.AsSpan().ContainsAnyExcept(NameCharacters)
                ? throw new ArgumentException($"'{name}' is no metadata name: letters, digits, -_. only", nameof(key))
                : name;
        }
    }
}
