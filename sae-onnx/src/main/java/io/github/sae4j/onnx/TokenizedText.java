package io.github.sae4j.onnx;

/**
 * A text as a model reads it. All arrays have one entry per token, special tokens included.
 *
 * @param ids vocabulary indices
 * @param typeIds segment of each token, 0 for a single text in most models
 * @param special whether the tokenizer added the token, such as [CLS] and [SEP]
 * @param starts first character of the token in the text, as a UTF-16 offset
 * @param ends character after the token's last; equal to the start for special tokens
 * @param truncated whether the text had more tokens than the limit
 */
@SuppressWarnings("ArrayRecordComponent") // written once, read by index; never compared
record TokenizedText(
    long[] ids, long[] typeIds, boolean[] special, int[] starts, int[] ends, boolean truncated) {

  int length() {
    return ids.length;
  }
}
