import type { NoticeText } from "../notice.ts";

export const indonesianNotice: NoticeText = {
  title: "Data Anda di toko ini",
  summary:
    "Toko ini ingin memakai apa yang Anda lakukan di sini. Anda yang menentukan untuk apa. Setiap pemakaian punya tombol sendiri, dan semuanya mati sampai Anda menyalakannya. Anda tetap bisa membeli semuanya.",
  purposes: {
    personalize: "Kami memakai apa yang Anda lihat dan beli untuk memilih apa yang kami tampilkan. Orang lain tidak melihatnya.",
    learn:
      "Kami menambahkan apa yang Anda lihat dan beli ke hitungan toko. Hitungan itu menunjukkan barang apa yang cocok bersama. Nama Anda tidak ada di dalamnya.",
    measure: "Kami mencatat apa yang kami tampilkan dan apa hasilnya. Dari situ kami tahu apakah saran kami berguna.",
    email: "Kami mengirim penawaran lewat surel. Anda bisa berhenti dengan satu klik.",
    sms: "Kami mengirim penawaran lewat SMS atau menelepon Anda. Anda bisa menghentikan keduanya kapan saja.",
    whatsapp: "Kami mengirim penawaran lewat WhatsApp. Anda bisa berhenti kapan saja.",
    push: "Kami mengirim pemberitahuan penawaran ke ponsel atau komputer Anda. Anda bisa berhenti kapan saja.",
    share: "Kami memberikan atau menjual data Anda kepada pihak lain. Daftar kami menyebutkan kepada siapa.",
    research: "Kadang kami bertanya bagaimana pendapat Anda tentang toko ini. Anda tidak wajib menjawab.",
  },
  withdrawal: "Anda bisa mematikan setiap tombol lagi di halaman privasi. Ini berlaku sejak klik Anda berikutnya.",
  rights:
    "Anda bisa melihat data yang kami simpan, memperbaikinya, membawanya, atau meminta kami menghapusnya. Anda bisa menolak iklan. Anda juga bisa mengadu kepada lembaga pengawas.",
};
